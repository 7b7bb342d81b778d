import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerEnd, markedAnswers, runsMark } from '../../activities/powershell/answer-mark.ts';

const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';
const MARK = `@fettle ${ID} ${Buffer.from('{"ok":true}').toString('base64')} 4096 0 kept@`;

/** What may stand around an answer, with much that looks like one. The id itself nobody but the dispatcher has. */
const noise = fc
  .array(fc.constantFrom('@', '@fettle ', '@fettle 1 e30= 1 0 kept@', runsMark(ID), ' ', '\n', 'working', '\u001B[31m'))
  .map((parts) => parts.join(''));

test('the end of an answer is found in the piece in which it comes, wherever the output is cut', () => {
  fc.assert(
    fc.property(noise, noise, fc.array(fc.nat(400), { maxLength: 12 }), (before, after, cuts) => {
      const text = before + MARK + after;
      const end = before.length + MARK.length;
      const places = [0, ...cuts.filter((cut) => cut < text.length), text.length].toSorted((one, other) => one - other);
      const answerEnd = new AnswerEnd(ID);
      let found = -1;
      for (const [index, place] of places.slice(1).entries()) {
        if (answerEnd.isIn(text.slice(places[index], place)) && found < 0) found = place;
      }
      expect(found).toBe(places.find((place) => place >= end));
    }),
  );
});

test('what stands around an answer is all that is left beside it', () => {
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const { answers, rest, cutOff } = markedAnswers(ID, before + MARK + after);
      expect(answers).toEqual([{ said: Buffer.from('{"ok":true}'), memoryBytes: 4096, targetBytes: 0, kept: true }]);
      expect(rest).toBe((before + after).replaceAll(runsMark(ID), ''));
      expect(cutOff).toBe(false);
    }),
  );
});

test('of an answer that was cut off nothing is left', () => {
  for (let length = `@fettle ${ID} `.length; length < MARK.length; length += 1) {
    const { answers, rest, cutOff } = markedAnswers(ID, `before\n${MARK.slice(0, length)}`);
    expect({ answers, rest, cutOff }).toEqual({ answers: [], rest: 'before\n', cutOff: true });
  }
});

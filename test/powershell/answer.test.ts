import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerHead, findAnswer, runsMark } from '../../activities/powershell/answer.ts';
import { CapturedOutput } from '../../activities/powershell/captured-output.ts';
import { Redactor } from '../../activities/secrets/redaction.ts';

const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
const GOOD = encode({ ok: true, result: [1], failure: null, said: [] });

const find = (stdout: string, stderr = '') => findAnswer(ID, { stdout, stderr }, new Redactor().learn([]));

test.each([
  ['at the start of a line', `@fettle ${ID} ${GOOD} 4096 kept@\n`],
  ['after a terminal sequence', `\u001B[?1h\u001B[?1l@fettle ${ID} ${GOOD} 4096 kept@\n`],
  ['after output without a line break', `working...@fettle ${ID} ${GOOD} 4096 kept@\n`],
  ['after the beginning of a marker', `@fettle @fettle ${ID} ${GOOD} 4096 kept@`],
  [
    'beside a forged one',
    `@fettle 00000000-0000-0000-0000-000000000000 e30= 1 kept@\n@fettle ${ID} ${GOOD} 4096 kept@`,
  ],
])('the answer is found %s', (_name, stdout) => {
  expect(find(stdout)).toMatchObject({
    answer: { ok: true, result: [1] },
    told: { memoryBytes: 4096 },
  });
});

test.each([
  ['no output', ''],
  ['the answer to another request', `@fettle 00000000-0000-0000-0000-000000000000 ${GOOD} 4096 kept@`],
  ['an answer that was cut off', `@fettle ${ID} ${GOOD.slice(0, 10)}`],
  ['something that is not JSON', `@fettle ${ID} bm8= 1 kept@`],
  ['JSON of another form', `@fettle ${ID} ${encode({ yes: 1 })} 1 kept@`],
])('%s is no answer', (_name, stdout) => {
  expect(find(stdout)).toMatchObject({ answer: null, told: null });
});

const strayOf = (found: ReturnType<typeof find>): string[] => found.said.map(({ text }) => text);

test('the rest of both streams is stray output, and nothing of an answer is', () => {
  expect(strayOf(find(`before\n@fettle ${ID} ${GOOD} 4096 kept@\nafter`, 'error'))).toEqual([
    'before',
    'after',
    'error',
  ]);
  for (const cut of [GOOD.slice(0, 10), `${GOOD} `, `${GOOD} 40`])
    expect(strayOf(find(`before\n@fettle ${ID} ${cut}`))).toEqual(['before']);
});

test('stray output is capped in lines and in length', () => {
  const stray = strayOf(find(`${'x'.repeat(10_000)}\n${'line\n'.repeat(1_000)}`));
  expect(stray).toHaveLength(51);
  expect(stray[0]?.length).toBeLessThan(520);
  expect(stray.at(-1)).toBe('[more was left out]');
});

test('what is said is cut and cleaned of terminal codes, and no piece of a secret is left', () => {
  const redaction = new Redactor().learn([{ reference: 'env:CANARY', value: 'canary-12345' }]);
  const text = `can\u001B[31mary-12345 ${'x'.repeat(600)}`;
  const answer = encode({ ok: true, result: [1], failure: null, said: [{ kind: 'warning', text }] });
  const { said } = findAnswer(ID, { stdout: `@fettle ${ID} ${answer} 1 kept@`, stderr: '' }, redaction);
  expect(said[0]?.text).toMatch(/^\[secret env:CANARY\] x+ \[cut\]$/);
});

/** What may stand around an answer, with much that looks like one. The id itself nobody but the dispatcher has. */
const noise = fc
  .array(fc.constantFrom('@', '@fettle ', '@fettle 1 e30= 1 kept@', runsMark(ID), ' ', '\n', 'working', '\u001B[31m'))
  .map((parts) => parts.join(''));

test('the end of an answer is heard in the piece in which it comes, wherever the output is cut', () => {
  const mark = `@fettle ${ID} ${GOOD} 4096 kept@`;
  fc.assert(
    fc.property(noise, noise, fc.array(fc.nat(400), { maxLength: 12 }), (before, after, cuts) => {
      const text = before + mark + after;
      const places = [0, ...cuts.filter((cut) => cut < text.length), text.length].toSorted((one, other) => one - other);
      const stream = new PassThrough({ encoding: 'utf8' });
      let heard: number | null = null;
      let place = 0;
      const captured = new CapturedOutput(stream, () => (heard ??= place));
      captured.begin(answerHead(ID));
      for (const [index, end] of places.slice(1).entries()) {
        place = end;
        stream.emit('data', text.slice(places[index], end));
      }
      expect(heard).toBe(places.find((one) => one >= before.length + mark.length));
      expect(captured.text()).toBe(text);
    }),
  );
});

import { describe, expect, test } from 'vitest';
import { findAnswer } from '../../../activities/powershell/answer.ts';
import { Redactor } from '../../../activities/secrets/redaction.ts';

/** Characters that some tool on the way escapes, and letters that UTF-8 and UTF-16 write differently. */
const VALUE = `pä"s's\\<o&r>d \t!(~)🧪=/+_x9`;
const PLACE = '[secret env:CANARY]';
const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';

const learn = (value: string) => new Redactor().learn([{ reference: 'env:CANARY', value }]);

/** What the tools made of the value, as they wrote it. */
const WRITTEN: [name: string, text: string][] = [
  ['as it is', VALUE],
  ['in JSON of Node and PowerShell', String.raw`pä\"s's\\<o&r>d \t!(~)🧪=/+_x9`],
  ['in JSON of Windows PowerShell', String.raw`pä\"s\u0027s\\\u003co\u0026r\u003ed \t!(~)🧪=/+_x9`],
  ['in JSON of .NET', String.raw`p\u00E4\u0022s\u0027s\\\u003Co\u0026r\u003Ed \t!(~)\uD83E\uDDEA=/\u002B_x9`],
  ['in XML', `pä"s's\\&lt;o&amp;r&gt;d \t!(~)🧪=/+_x9`],
  ['in an attribute of XML', `pä&quot;s's\\&lt;o&amp;r&gt;d \t!(~)🧪=/+_x9`],
  ['by SecurityElement.Escape', `pä&quot;s&apos;s\\&lt;o&amp;r&gt;d \t!(~)🧪=/+_x9`],
  ['in CLIXML', `pä"s's\\&lt;o&amp;r&gt;d _x0009_!(~)_xD83E__xDDEA_=/+_x005F_x9`],
  ['by encodeURIComponent', `p%C3%A4%22s's%5C%3Co%26r%3Ed%20%09!(~)%F0%9F%A7%AA%3D%2F%2B_x9`],
  ['by [Uri]::EscapeDataString', 'p%C3%A4%22s%27s%5C%3Co%26r%3Ed%20%09%21%28~%29%F0%9F%A7%AA%3D%2F%2B_x9'],
  ['in a form of PowerShell', 'p%C3%A4%22s%27s%5C%3Co%26r%3Ed+%09!(%7E)%F0%9F%A7%AA%3D%2F%2B_x9'],
  ['in a form of Windows PowerShell', 'p%c3%a4%22s%27s%5c%3co%26r%3ed+%09!(%7e)%f0%9f%a7%aa%3d%2f%2b_x9'],
  ['as UTF-16 that was read as UTF-8', Buffer.from(VALUE, 'utf16le').toString('utf8')],
];

describe('a secret is found', () => {
  test.each(WRITTEN)('%s', (_name, text) => {
    expect(learn(VALUE).answer(`before ${text} after`)).toEqual({
      value: `before ${PLACE} after`,
      found: ['env:CANARY'],
    });
  });

  test.each(WRITTEN.slice(0, 4))('%s, in base64 wherever in it it begins', (_name, text) => {
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le')]) {
      for (const before of ['', 'x', 'xy']) {
        const { value } = learn(VALUE).answer(Buffer.concat([Buffer.from(before), bytes]).toString('base64'));
        // Nothing is left but what holds bits of its neighbours.
        expect(value).toMatch(/^.{0,3}\[secret env:CANARY\].?=*$/);
      }
    }
  });

  test('wherever it stands in a result: texts, names of fields, lists and numbers', () => {
    const { value, found } = learn('48151623').answer({ a: ['x48151623'], '48151623': 48151623, b: [48, null, true] });
    expect(value).toEqual({ a: [`x${PLACE}`], [PLACE]: PLACE, b: [48, null, true] });
    expect(found).toEqual(['env:CANARY']);
  });

  test('with many lines, as a whole and line by line', () => {
    const lines = ['first-line-of-a-key-0001', 'second-line-of-a-key-0002', 'short'];
    const { output } = learn(lines.join('\n'));
    expect(output(`<${lines.join('\r\n')}>`)).toBe(`<${PLACE}>`);
    expect(output(`<${JSON.stringify(lines.join('\n'))}>`)).toBe(`<"${PLACE}">`);
    expect(output(`<${lines[1]}>`)).toBe(`<${PLACE}>`);
  });

  test('when a view shows only its beginning', () => {
    const long = Array.from({ length: 400 }, (_, index) => index.toString(36)).join('');
    expect(learn(long).answer(`<${long}>`).value).toBe(`<${PLACE}>`);
    expect(learn(long).answer(`<${long.slice(0, 60)}...`).value).toBe(`<${PLACE}...`);
  });

  test('where output ends in the middle of it, which no answer does', () => {
    expect(learn('canary-12345').output('password: canary-12\n')).toBe(`password: ${PLACE}\n`);
    expect(learn('canary-12345').answer('my canary').value).toBe('my canary');
  });
});

describe('what another call left behind', () => {
  test.each([
    ['is taken out of output', 'Running', `a job says ${PLACE} now`, 'a job says Running now'],
    [
      'is taken out of an answer too when it is long',
      'late-canary-12345',
      `a job says ${PLACE} now`,
      `a job says ${PLACE} now`,
    ],
  ])('%s', (_name, value, output, answer) => {
    const redactor = new Redactor();
    const earlier = redactor.learn([]);
    expect(earlier.output(value)).toBe(value);
    redactor.learn([{ reference: 'env:CANARY', value }]);
    for (const call of [earlier, redactor.learn([])]) {
      expect(call.output(`a job says ${value} now`)).toBe(output);
      expect(call.answer(`a job says ${value} now`).value).toBe(answer);
    }
  });

  test('is known until a thousand others were learned', () => {
    const redactor = new Redactor();
    redactor.learn([{ reference: 'env:CANARY', value: 'canary-12345' }]);
    const others = Array.from({ length: 1_000 }, (_, index) => ({
      reference: `env:${index}`,
      value: `other-${index}`,
    }));
    redactor.learn(others.slice(1));
    const { output } = redactor.learn([]);
    expect(output('late canary-12345')).toBe(`late ${PLACE}`);
    redactor.learn(others);
    expect(output('late canary-12345, other-0.')).toBe('late canary-12345, [secret env:0].');
  });
});

describe('of several secrets', () => {
  test("with one value, the call's own is named", () => {
    const redactor = new Redactor();
    const calls = ['env:A', 'env:B'].map((reference) => redactor.learn([{ reference, value: 'canary-12345' }]));
    expect(calls.map(({ output }) => output('canary-12345'))).toEqual(['[secret env:A]', '[secret env:B]']);
  });

  test('the one that contains another is named, and nothing is left of one that overlaps', () => {
    const values = { 'env:SHORT': 'canary', 'env:LONG': 'canary-12345', 'env:NEXT': '345-next' };
    const { output } = new Redactor().learn(Object.entries(values).map(([reference, value]) => ({ reference, value })));
    expect(output('canary-12345, canary; canary-12345-next')).toBe(
      '[secret env:LONG], [secret env:SHORT]; [secret env:LONG]',
    );
  });
});

test('of an exchange nothing keeps the secret, no line that was cut either, and a result that held it says so', () => {
  const failure = { message: 'no canary-12345', stage: 'run', id: 'canary-12345', type: 'canary-12345' };
  const lines = ['canary-12345', `${'x'.repeat(495)}canary-12345`];
  const said = lines.map((text) => ({ kind: 'warning', text }));
  const [good, bad] = [
    { ok: true, result: ['canary-12345'], said },
    { ok: false, failure, said },
  ].map((answer) => {
    const stdout = `${lines[1]}@fettle ${ID} ${Buffer.from(JSON.stringify(answer)).toString('base64')} 1 kept@`;
    return findAnswer(ID, { stdout, stderr: 'canary-12345' }, learn('canary-12345'));
  });
  expect(JSON.stringify([good, bad])).not.toContain('canar');
  expect(good?.said[0]?.text).toBe('The result held the secret env:CANARY, which was taken out of it.');
  expect(bad?.answer).toMatchObject({ failure: { message: `no ${PLACE}`, stage: 'run' } });
});

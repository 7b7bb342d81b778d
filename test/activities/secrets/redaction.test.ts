import { describe, expect, test } from 'vitest';
import { findAnswer } from '../../../activities/powershell/answer.ts';
import { Redactor } from '../../../activities/secrets/redaction.ts';

/** Every character that some way of writing texts escapes, and letters that UTF-8 and UTF-16 write differently. */
const VALUE = `pä"s's\\\\w<o&r>d $x\`1 \tæ漢🧪=/+Zz_x9`;
const PLACE = '[secret env:CANARY]';
const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';

const learn = (value: string) => new Redactor().learn([{ reference: 'env:CANARY', value }]);
const utf8 = Buffer.from(VALUE, 'utf8');
const utf16 = Buffer.from(VALUE, 'utf16le');
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const units = (text: string, write: (hex: string) => string): string =>
  text.replace(/[^]/g, (unit) => write(unit.charCodeAt(0).toString(16).padStart(4, '0')));
const inside = (bytes: Buffer, before: number): string =>
  Buffer.concat([Buffer.alloc(before, 65), bytes, Buffer.from('after')]).toString('base64');

const FORMS: [name: string, text: string][] = [
  ['as it is', VALUE],
  ['in JSON', JSON.stringify(VALUE)],
  ['in JSON in JSON', JSON.stringify(JSON.stringify(VALUE))],
  ['in JSON of Windows PowerShell', units(VALUE, (hex) => `\\u${hex}`)],
  ['in XML', xml(VALUE)],
  ['in an XML attribute', xml(VALUE).replaceAll('"', '&quot;').replaceAll("'", '&apos;').replaceAll('\t', '&#x9;')],
  ['in HTML', xml(VALUE).replaceAll('"', '&#34;').replaceAll("'", '&#39;')],
  ['in CLIXML', xml(VALUE).replaceAll('_x', '_x005F_x').replaceAll('\t', '_x0009_')],
  ['in a URL', encodeURIComponent(VALUE)],
  ['in a form', new URLSearchParams({ password: VALUE }).toString()],
  ['in a URL in a URL', encodeURIComponent(encodeURIComponent(VALUE))],
  ['in single quotes of PowerShell', VALUE.replaceAll("'", "''")],
  ['in double quotes of PowerShell', VALUE.replace(/[$`"]/g, '`$&')],
  ['in base64', utf8.toString('base64')],
  ['in base64 for URLs', utf8.toString('base64url')],
  ['in base64 of UTF-16', utf16.toString('base64')],
  ...[1, 2, 3, 4, 5].map((before): [string, string] => [`in base64 after ${before} bytes`, inside(utf8, before)]),
  ...[1, 2, 4, 6].map((before): [string, string] => [
    `in base64 of UTF-16 after ${before} bytes`,
    inside(utf16, before),
  ]),
  ['in base64 of JSON', Buffer.from(JSON.stringify({ Password: VALUE })).toString('base64')],
  ['in base64 in a URL', encodeURIComponent(utf8.toString('base64'))],
];

describe('a secret is found', () => {
  test.each(FORMS)('%s', (_name, text) => {
    const { value, found } = learn(VALUE).answer(`before ${text} after`);
    expect(value).toContain(PLACE);
    expect(found).toEqual(['env:CANARY']);
    // What is left of the text is what stood around the secret.
    expect(value.length).toBeLessThan(45 + PLACE.length);
  });

  test('as UTF-16 that is taken for UTF-8', () => {
    const plain = learn('canary-12345');
    expect(plain.output(Buffer.from('canary-12345', 'utf16le').toString('latin1'))).not.toMatch(/c\0a\0n/);
  });

  test('wherever it stands in a result: texts, names of fields, lists and numbers', () => {
    const { value, found } = learn('48151623').answer({
      a: ['x48151623'],
      '48151623': 48151623,
      other: [48, null, true],
    });
    expect(value).toEqual({ a: [`x${PLACE}`], [PLACE]: PLACE, other: [48, null, true] });
    expect(found).toEqual(['env:CANARY']);
  });

  test('with many lines, as a whole and line by line', () => {
    const lines = ['first-line-of-a-key-0001', 'second-line-of-a-key-0002', 'short'];
    const { output } = learn(lines.join('\n'));
    expect(output(`<${lines.join('\r\n')}>`)).toBe(`<${PLACE}>`);
    expect(output(`<${JSON.stringify(lines.join('\n'))}>`)).toBe(`<"${PLACE}">`);
    expect(output(`<${lines[1]}>`)).toBe(`<${PLACE}>`);
  });

  test('when it is long, also when only its beginning is there', () => {
    const long = Array.from({ length: 400 }, (_, index) => index.toString(36)).join('');
    expect(learn(long).answer(`<${long}>`).value).toBe(`<${PLACE}>`);
    expect(learn(long).answer(`<${long.slice(0, 60)}...`).value).toBe(`<${PLACE}...`);
  });
});

describe('nothing else is taken out', () => {
  test('of a text that holds no secret', () => {
    const text = 'Running; 48; pass; word';
    expect(learn('password-1').answer(text)).toEqual({ value: text, found: [] });
  });

  test('by the secrets of another call, from an answer', () => {
    const redactor = new Redactor();
    redactor.learn([{ reference: 'env:OTHER', value: 'Running' }]);
    expect(redactor.learn([]).answer({ state: 'Running' })).toEqual({ value: { state: 'Running' }, found: [] });
  });
});

test('what an earlier call left in its session is taken out of an answer too', () => {
  const redactor = new Redactor();
  redactor.learn([{ reference: 'env:CANARY', value: 'late-canary-12345' }]);
  expect(redactor.learn([]).answer({ kept: 'late-canary-12345' }).value).toEqual({ kept: PLACE });
});

test('what an earlier call left behind is taken out of output', () => {
  const redactor = new Redactor();
  redactor.learn([{ reference: 'env:CANARY', value: 'late-canary' }]);
  expect(redactor.learn([]).output('a job says late-canary now')).toBe(`a job says ${PLACE} now`);
});

describe('a hundred secrets are remembered', () => {
  const others = (redactor: Redactor, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      redactor.learn([{ reference: `env:OTHER${index}`, value: `other-secret-${index}-x` }]);
    }
  };

  test.each([
    [99, `late ${PLACE}`],
    [100, 'late canary-12345'],
  ])('with %d learned since, a later call says %j', (count, expected) => {
    const redactor = new Redactor();
    redactor.learn([{ reference: 'env:CANARY', value: 'canary-12345' }]);
    others(redactor, count);
    expect(redactor.learn([]).output('late canary-12345')).toBe(expected);
  });

  test('and the own ones of a call that still runs, however many were learned since', () => {
    const redactor = new Redactor();
    const own = redactor.learn([{ reference: 'env:CANARY', value: 'canary-12345' }]);
    others(redactor, 150);
    expect(own.output('canary-12345; other-secret-149-x.')).toBe(`${PLACE}; [secret env:OTHER149].`);
    expect(own.answer(['canary-12345'])).toEqual({ value: [PLACE], found: ['env:CANARY'] });
  });
});

test('a secret that was cut off by the end of its process is taken out', () => {
  expect(learn('canary-12345').output('password: canary-12')).toBe(`password: ${PLACE}`);
});

test("a value that two references lead to is named by the call's own", () => {
  const redactor = new Redactor();
  const first = redactor.learn([{ reference: 'env:FIRST', value: 'canary-12345' }]);
  const second = redactor.learn([{ reference: 'env:SECOND', value: 'canary-12345' }]);
  expect([first, second].map(({ output }) => output('canary-12345'))).toEqual([
    '[secret env:FIRST]',
    '[secret env:SECOND]',
  ]);
});

test('a secret that contains another one is named', () => {
  const { output } = new Redactor().learn([
    { reference: 'env:SHORT', value: 'canary' },
    { reference: 'env:LONG', value: 'canary-12345' },
  ]);
  expect(output('canary-12345, canary')).toBe('[secret env:LONG], [secret env:SHORT]');
});

describe('of an exchange', () => {
  const redaction = learn('canary-12345');
  const answer = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

  test('nothing keeps the secret, and a result that held it says so', () => {
    const failure = { message: 'no canary-12345', stage: 'run', id: 'canary-12345', type: 'canary-12345' };
    const lines = ['canary-12345'];
    const told = { ok: false, result: ['canary-12345'], failure, errors: [{ message: 'canary-12345' }] };
    const encoded = answer({ ...told, warnings: lines, verbose: lines, information: lines });
    const found = findAnswer(
      ID,
      { end: 'answered', stdout: `canary-12345@fettle ${ID} ${encoded} 1 0 kept@`, stderr: 'canary-12345' },
      redaction,
    );
    expect(JSON.stringify(found)).not.toContain('canary');
    expect(found.sideOutput.warnings[0]).toBe('The result held the secret env:CANARY, which was taken out of it.');
  });

  test('no piece of it is left where a line was cut', () => {
    const { stray } = findAnswer(
      ID,
      { end: 'answered', stdout: `${'x'.repeat(495)}canary-12345`, stderr: '' },
      redaction,
    ).sideOutput;
    expect(stray.join('')).not.toContain('canar');
  });

  test('terminal codes do not hide it', () => {
    const { stray } = findAnswer(
      ID,
      { end: 'answered', stdout: 'can\u001B[31mary-\u001B[0m12345', stderr: '' },
      redaction,
    ).sideOutput;
    expect(stray).toEqual([PLACE]);
  });
});

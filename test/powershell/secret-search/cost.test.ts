import { describe, expect, test } from 'vitest';
import { patternsOf } from '../../../activities/powershell/secret-search/patterns.ts';
import { scan } from '../../../activities/powershell/secret-search/scan.ts';
import { SecretSearch } from '../../../activities/powershell/secret-search/search.ts';

const SECRETS = [
  '\\\\srv',
  '\\\\\\\\srv',
  '\\'.repeat(32),
  'a\\b\\c"d\'e`f$g',
  '````',
  '"\'"\'"\'',
  'a\nb\n\nc',
  '\n\n\n\n',
  '    x    ',
  '%%%%',
  '&&&&',
  '????å?å?å?',
  'Пароль-Осень',
  'aaaaaaaaaaaaaaaaaaaaaaab',
];
/** Escapes of every kind, each of them escaped again, and what is nearly one. */
const PIECES = [
  '\\',
  '\\\\',
  '`',
  "'",
  '"',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\n     | ',
  '\\u005c',
  '\\\\u005c',
  '\\\\\\\\u005c',
  '\\u005cu005c',
  '\\\\u005cn',
  '\\n',
  '%25',
  '%5c',
  '%255C',
  '%5Cu005c',
  '&amp;',
  '&amp;amp;#92;',
  '&#92;',
  '_x005C_',
  '_x005F_x005C_',
  '_x005F_',
  '\uFFFD?',
  'aaa',
  'a\\',
  'Q\\r\\n',
];

describe('what a text costs grows with its length, however its escapes may be read', () => {
  test.each(PIECES)('%j over and over', (piece) => {
    for (const secret of SECRETS) {
      const text = secret.slice(0, -1) + piece.repeat(400);
      for (const pattern of patternsOf(secret)) {
        // A thread for each of 32 units, one that begins, and one that follows a match.
        expect(scan(text, pattern).steps).toBeLessThanOrEqual(34 * text.length);
      }
      const search = new SecretSearch(patternsOf(secret).map((pattern) => ({ ...pattern, secret })));
      const stepsFor = (repeats: number): number => {
        const before = search.steps;
        search.find(secret.slice(0, -1) + piece.repeat(repeats), { wanted: () => true, cut: true });
        return search.steps - before;
      };
      const [less, more] = [stepsFor(500), stepsFor(2_000)];
      expect(more).toBeLessThanOrEqual(less * 5 + 10_000);
    }
  });

  test.each(['\\\\\\\\u005c', '\\\\u005c', '\\', "'", '`', '\n'])(
    'and not with the number of characters that the secret repeats, in a text of %j',
    (piece) => {
      const stepsFor = (count: number): number => {
        const secret = `${piece.at(0)}`.repeat(count) + 'srv';
        const search = new SecretSearch(patternsOf(secret).map((pattern) => ({ ...pattern, secret })));
        search.find(piece.repeat(32), { wanted: () => true, cut: true });
        return search.steps;
      };
      // Where every reading is tried, each further character multiplies the steps.
      expect(stepsFor(16)).toBeLessThanOrEqual(stepsFor(2) * 8 + 1_000);
    },
  );
});

test('with many secrets a text costs little more than with few', () => {
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    Name: `corp-Service-${index}`,
    State: 'Running',
    Path: 'C:\\a',
  }));
  const prose = 'The quick brown fox jumps over corp-Service-1, a lazy dog; \n'.repeat(1_000);
  const stepsWith = (count: number): number => {
    const values = Array.from({ length: count }, (_, index) => `corp-Secret-${index}-på-Vestby`);
    const patterns = values.flatMap((value) => patternsOf(value).map((pattern) => ({ ...pattern, secret: value })));
    const search = new SecretSearch(patterns);
    const texts = [prose, ...items.flatMap(({ Name, State, Path }) => [Name, State, Path])];
    for (const text of texts) search.find(text, { wanted: () => true, cut: false });
    return search.steps;
  };
  // None of the secrets may stand there: none is compared character by character.
  expect([stepsWith(1), stepsWith(100)]).toEqual([0, 0]);
});

import { describe, expect, test } from 'vitest';
import { parseInputText, readInputFile } from '../../cli/input-file.ts';
import { parseRunbookInput } from '../../cli/runbook-input.ts';
import { findRunbook } from '../../cli/runbooks.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { capture } from './fixtures.ts';

describe('an input file', () => {
  test('may be YAML or JSON', () => {
    expect(parseInputText('change: CHG1\nsite: [a, b]\n', 'in.yaml')).toEqual({ change: 'CHG1', site: ['a', 'b'] });
    expect(parseInputText('{"change": "CHG1"}', 'in.json')).toEqual({ change: 'CHG1' });
  });

  test('is standard input when it is called -', async () => {
    expect(await readInputFile('-', capture('change: CHG1').stdin)).toEqual({ change: 'CHG1' });
  });

  test('with broken syntax is refused with the line of every error', () => {
    expect(() => parseInputText('a: "x\nb: [1\n', 'in.yaml')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        problems: expect.arrayContaining([
          expect.objectContaining({ path: expect.stringMatching(/^in\.yaml:\d+:\d+$/) as unknown }),
        ]) as unknown,
      }),
    );
  });

  test('with broken syntax is told the place once', () => {
    expect(() => parseInputText('a: 1\n  b: [\n', 'in.yaml')).toThrow(
      expect.objectContaining({
        problems: expect.not.arrayContaining([
          expect.objectContaining({ message: expect.stringContaining('column') as unknown }),
        ]) as unknown,
      }),
    );
  });

  test('that names a key twice is refused: one of the two would silently win', () => {
    expect(() => parseInputText('reboot: never\nreboot: always\n', 'in.yaml')).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ path: 'in.yaml:2:1' })] }),
    );
  });

  test.each(['', '# only a comment\n', 'null'])('without content (%j) is refused', (text) => {
    expect(() => parseInputText(text, 'in.yaml')).toThrow(/is empty/);
  });

  test('that is not there is refused with its path', async () => {
    await expect(readInputFile('/no/such/input.yaml', capture().stdin)).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ path: '/no/such/input.yaml', message: 'there is no such file' }],
    });
  });

  test('of bad content is refused with every problem before anything is started', () => {
    const bad = { change: 'x', reason: '', site: 5, waves: [], failureBudget: {} };
    expect(() => parseRunbookInput(findRunbook(RUNBOOKS, 'patch-window'), bad, false)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        problems: expect.arrayContaining(
          ['change', 'reason', 'site', 'waves', 'targets', 'updates', 'window'].map(
            (path) => expect.objectContaining({ path }) as unknown,
          ),
        ) as unknown,
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import type { RegisteredRunbook } from '../../runbooks/define-runbook.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { capture } from './fixtures.ts';

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const streams = capture();
  const code = await main(argv, streams);
  return { code, out: streams.out(), err: streams.err() };
}

describe('the command line', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['nonsense'], /unknown command 'nonsense'/],
    ['an unknown option', ['list', '--nonsense'], /unknown option '--nonsense'/],
    ['a missing argument', ['status'], /missing required argument 'run'/],
    ['an argument too many', ['status', 'a', 'b'], /too many arguments/],
    ['a change without a reason', ['pause', 'CHG1'], /--reason/],
    ['a change with an empty reason', ['target', 'skip', 'CHG1', 'app01', '--reason', ' '], /needs a reason/],
    ['a start without input', ['start', 'patch-window'], /--input/],
    ['an unknown runbook', ['plan', 'nonsense', '--input', '-'], /one of: patch-window/],
    ['no hosts at all', ['lab', 'up', '--hosts', '0'], /whole number from 1/],
    ['a plant too fast to be seen', ['demo', '--scale', '3001'], /whole number from 1 to 3000/],
    ['a number that is none', ['lab', 'up', '--seed', '1e3'], /whole number/],
    ['an address of the Web UI that is none', ['list', '--ui', 'ftp://x'], /not an address/],
    ['an unknown site for a worker', ['worker', '--site', 'nowhere'], /"nowhere" is no site/],
  ])('refuses %s with exit 2, and says so on standard error alone', async (_name, argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  test('tells errors under --json as one document on standard error', async () => {
    const { code, out, err } = await run('pause', 'CHG1', '--json');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { type: 'InvalidArguments' } });
  });

  test('shows its commands and exit codes', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const word of ['demo', 'doctor', 'timeline', 'handover', 'Exit codes']) expect(out).toContain(word);
  });

  test.each(['target', 'host'])('%s without its subcommand shows the subcommands and fails', async (group) => {
    const { code, err } = await run(group);
    expect(code).toBe(2);
    expect(err).toMatch(new RegExp(`retry .*<run> <${group}>`));
  });

  test('has the commands that a runbook brings', async () => {
    const streams = capture();
    const commands: RegisteredRunbook['commands'] = (program, { action }) => {
      program.command('look').action(action(async (terminal) => (terminal.say('looked'), 0)));
    };
    expect(await main(['look'], streams, [{ ...RUNBOOKS[0]!, commands }])).toBe(0);
    expect(streams.out()).toBe('looked\n');
  });

  test('names a server that does not answer, with exit 4', async () => {
    const { code, err } = await run('list', '--address', '127.0.0.1:9', '--json');
    expect(code).toBe(4);
    expect(JSON.parse(err)).toMatchObject({
      error: { type: 'NoServer', message: expect.stringContaining('127.0.0.1:9') as unknown },
    });
  });
});

describe('config check', () => {
  test('accepts the example organisation', async () => {
    const { code, out } = await run('config', 'check', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ problems: [], sites: 2 });
  });

  test('lists every problem of another folder with its file and line, exit 2', async () => {
    const { code, err } = await run('config', 'check', '/no/such/folder', '--json');
    expect(code).toBe(2);
    const { problems } = JSON.parse(err) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual([
      'inventory.yaml:1',
      'patch-window.yaml:1',
      'policies.yaml:1',
      'sites.yaml:1',
    ]);
  });
});

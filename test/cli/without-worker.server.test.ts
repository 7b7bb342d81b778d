import { expect, test } from 'vitest';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import type { StartedRun } from '../../cli/start-run.ts';
import { ownNamespace } from '../own-namespace.ts';
import { windowInput } from '../patch-window/runs/input.ts';
import { CommandLine, type Said } from './command-line.ts';

test('without a worker a command says so instead of waiting, and a pause is left with the server', async () => {
  const temporal = await ownNamespace();
  const operator = new CommandLine(temporal);
  const at = (...argv: string[]): Promise<Said> => operator.fettle([...argv, '--json'], windowInput(['app01']));
  expect(await at('plan', 'patch-window', '--input', '-')).toMatchObject({ code: 4 });
  const started = await at('start', 'patch-window', '--input', '-');
  expect(started).toMatchObject({ code: 0, err: expect.stringContaining('No worker') as unknown });
  const { runId } = JSON.parse(started.out) as StartedRun;
  expect(await at('status', runId)).toMatchObject({ code: 4 });
  expect(await at('pause', runId, '--reason', 'wait')).toMatchObject({ code: 4 });
  const { entries } = JSON.parse((await at('timeline', runId)).out) as { entries: TimelineEntry[] };
  expect(entries.at(-1)?.what).toMatch(/^signal pause: wait/);
  expect(await at('doctor')).toMatchObject({ code: 4 });
  await temporal.close();
});

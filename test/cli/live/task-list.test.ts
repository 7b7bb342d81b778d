import { expect, onTestFinished, test, vi } from 'vitest';
import { TaskList } from '../../../cli/live/task-list.ts';
import type { RunView } from '../../../cli/live/view.ts';
import { ledgerEntry, PLAIN, runStatus } from '../fixtures.ts';

const inWork = ledgerEntry({ state: 'unknown', progress: 'in-work', reason: '', outcome: null });

const view = (entries: RunView['entries']): RunView => ({ status: runStatus(), entries, work: new Map() });

/** What the list writes. Its marks are words or signs, by the kind of output. */
function listen(): () => string {
  let text = '';
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return () => text;
}

test('a run that has ended before the list is first drawn ends the list, with every row told', async () => {
  const written = listen();
  const list = new TaskList(PLAIN, [ledgerEntry()]);
  list.update(view([ledgerEntry()]));
  await list.end('ended');
  expect(written()).toMatch(/(COMPLETED|✔).*app01\.corp\.example {2}succeeded/);
});

test('whoever leaves a run marks no host as failed or done', async () => {
  const written = listen();
  const list = new TaskList(PLAIN, [inWork]);
  list.update(view([inWork]));
  await list.end('left');
  expect(written()).toMatch(/(SKIPPED|↓).*app01\.corp\.example/);
  expect(written()).not.toMatch(/FAILED|COMPLETED|✖|✔/);
});

test('a row whose end was never seen is marked when the run closed first', async () => {
  const written = listen();
  const list = new TaskList(PLAIN, [inWork]);
  list.update(view([inWork]));
  await list.end('ended');
  expect(written()).toMatch(/(FAILED|✖).*app01\.corp\.example/);
});

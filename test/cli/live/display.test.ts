import { expect, test } from 'vitest';
import { createDisplay } from '../../../cli/live/display.ts';
import type { RunView } from '../../../cli/live/view.ts';
import { Terminal } from '../../../cli/terminal.ts';
import { capture, ledgerEntry, runStatus } from '../fixtures.ts';
import { screen } from './fixtures.ts';

const LIST = /^[✔√] app01\.corp\.example/m;
const LINE = /^\d\d:\d\d:\d\d \S+ {2}app01\.corp\.example: succeeded/m;

const view = (entries: RunView['entries']): RunView => ({ status: runStatus(), entries, work: new Map() });

test('plain lines until the plan is there, then a list where it fits', async () => {
  const { terminal, text } = screen(10, 120);
  const display = createDisplay(terminal);
  display.update(view([]));
  display.update(view([ledgerEntry()]));
  const shown = (await text()).join('\n');
  expect(shown).toMatch(/^\d\d:\d\d:\d\d \S+ {2}run is running$/m);
  expect(shown).toMatch(LIST);
  expect(shown).not.toMatch(LINE);
});

test('plain lines on a terminal that is too low for a list', async () => {
  const { terminal, text } = screen(4, 120);
  createDisplay(terminal).update(view([ledgerEntry()]));
  expect((await text()).join('\n')).toMatch(LINE);
});

test.each([
  ['a file', false, 'out'],
  ['beside a document', true, 'err'],
] as const)('plain lines into %s', (_name, json, stream) => {
  const streams = capture();
  createDisplay(new Terminal(streams, json)).update(view([ledgerEntry()]));
  expect(streams[stream]()).toMatch(LINE);
  expect(streams[stream]()).not.toMatch(LIST);
});

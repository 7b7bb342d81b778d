import { describe, expect, test } from 'vitest';
import { changesBetween, workLines } from '../../../cli/live/changes.ts';
import type { RunView, TargetWork } from '../../../cli/live/view.ts';
import { emptyLedger } from '../../../model/ledger.ts';
import { ledgerEntry, PLAIN, runStatus } from '../fixtures.ts';

const WORK: TargetWork = { step: 'install', round: 1, progress: '10 %', interfered: null, stopping: null };
const inWork = ledgerEntry({ state: 'unknown', progress: 'in-work', reason: '', outcome: null });

const note = (text: string) => ({ at: '2030-06-01T20:00:00Z', text });

function view(changes: Partial<RunView> = {}): RunView {
  const status = runStatus({ ledger: { ...emptyLedger(), unknown: 1 }, targets: 1, inWork: ['app01.corp.example'] });
  return { status, entries: [inWork], work: new Map([['app01.corp.example', WORK]]), ...changes };
}

describe('plain lines', () => {
  test('the first look tells plan, phase, wave and the step of each host', () => {
    expect(changesBetween(null, view(), PLAIN)).toEqual([
      'plan abababababab: 1 target',
      'run is running',
      'wave canary',
      'app01.corp.example: install',
    ]);
  });

  test('nothing is said while nothing but a percentage changes', () => {
    const later = view({ work: new Map([['app01.corp.example', { ...WORK, progress: '60 %' }]]) });
    expect(changesBetween(view(), later, PLAIN)).toEqual([]);
  });

  test('a new round, a stop and an end are told', () => {
    const round = view({ work: new Map([['app01.corp.example', { ...WORK, round: 2, stopping: 'abort' }]]) });
    expect(changesBetween(view(), round, PLAIN)).toEqual([
      'app01.corp.example: install (round 2), stops at its safe point: abort',
    ]);
    const ended = view({
      entries: [ledgerEntry()],
      work: new Map(),
      status: runStatus({ ledger: { ...emptyLedger(), succeeded: 1 }, targets: 1, inWork: [] }),
    });
    expect(changesBetween(view(), ended, PLAIN)).toEqual([
      'app01.corp.example: succeeded in 30 min: 2 updates installed, rebooted, healthy.',
      'ledger: 1 target: 1 succeeded',
    ]);
  });

  test('the ledger line sums to the targets while some wait and some are in work', () => {
    const entries = [
      ledgerEntry(),
      { ...inWork, id: 'b' },
      ledgerEntry({ id: 'c', state: 'failed', progress: 'waiting' }),
    ];
    const ledger = { ...emptyLedger(), succeeded: 1, unknown: 1, failed: 1 };
    const later = view({ entries, work: new Map(), status: runStatus({ ledger, targets: 3 }) });
    expect(changesBetween(view(), later, PLAIN)).toContain('ledger: 3 targets: 1 succeeded, 1 waiting, 1 in work');
  });

  test('a second turn of the same host is told although the state is the same', () => {
    const first = view({ entries: [ledgerEntry({ state: 'failed' })], work: new Map() });
    const second = view({ entries: [ledgerEntry({ state: 'failed', turns: 2 })], work: new Map() });
    expect(changesBetween(first, second, PLAIN)).toHaveLength(1);
  });

  test('each note is told once, also when the run has dropped older ones', () => {
    const before = view({ status: runStatus({ notes: [note('a'), note('b')] }) });
    const after = view({ status: runStatus({ notes: [note('b'), note('c')] }) });
    expect(changesBetween(before, after, PLAIN)).toEqual(['note: c']);
  });
});

test('an activity that somebody paused is told once, and status tells it with what was seen', () => {
  const interfered = 'followInstall was paused by Kim Example (a test) from outside: unpause it in the Web UI';
  const paused = view({ work: new Map([['app01.corp.example', { ...WORK, interfered }]]) });
  expect(changesBetween(view(), paused, PLAIN)).toEqual([`app01.corp.example: install, ${interfered}`]);
  expect(changesBetween(paused, paused, PLAIN)).toEqual([]);
  expect(workLines(paused.work)).toEqual([`  app01.corp.example: install, ${interfered}, 10 %`]);
});

import { describe, expect, test } from 'vitest';
import { renderHandover } from '../../../cli/render/handover.ts';
import { renderCounts, renderLedger, renderTroubles } from '../../../cli/render/ledger.ts';
import { renderPlan } from '../../../cli/render/plan.ts';
import { renderStatus } from '../../../cli/render/run.ts';
import { renderRuns } from '../../../cli/render/runs.ts';
import { renderTimeline } from '../../../cli/render/timeline.ts';
import { dateTime, duration, siteAndUtc } from '../../../cli/render/time.ts';
import { emptyLedger } from '../../../model/ledger.ts';
import { ledgerEntry, patchPlan, PLAIN, runStatus, turnOutcome } from '../fixtures.ts';

const FAILED = ledgerEntry({
  host: 'app02.corp.example',
  state: 'failed',
  turns: 2,
  reason: 'The gateway service does not run.',
  outcome: turnOutcome({
    state: 'failed',
    failure: 'ServiceDown',
    question: 'Start the gateway, then retry?',
    updates: [
      { kb: 'KB1', id: '1', outcome: 'installed', detail: '' },
      { kb: 'KB2', id: '2', outcome: 'failed', detail: '0x80240009' },
    ],
  }),
});

describe('the ledger', () => {
  test('shows what ended, what is in work and what waits, apart', () => {
    const rows = [
      ledgerEntry(),
      FAILED,
      ledgerEntry({ host: 'app03.corp.example', state: 'unknown', progress: 'in-work', reason: '', outcome: null }),
      ledgerEntry({ host: 'app04.corp.example', state: 'not-started', progress: 'waiting', reason: '', outcome: null }),
    ];
    expect(renderLedger(rows, PLAIN)).toBe(
      [
        'WAVE    HOST                SITE      STATE      UPDATES  TIME             WHAT HAPPENED',
        'canary  app01.corp.example  nordhavn  succeeded  -        30 min           2 updates installed, rebooted, healthy.',
        'canary  app02.corp.example  nordhavn  failed     1/2      30 min (turn 2)  The gateway service does not run.',
        'canary  app03.corp.example  nordhavn  in-work    -        -',
        'canary  app04.corp.example  nordhavn  waiting    -        -',
      ].join('\n'),
    );
  });

  test('wraps its last column to the width of a terminal', () => {
    const lines = renderLedger([ledgerEntry({ reason: 'word '.repeat(40).trim() })], { ...PLAIN, columns: 100 }).split(
      '\n',
    );
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('counts name only the states that occur', () => {
    expect(renderCounts({ ...emptyLedger(), succeeded: 22, failed: 1, skipped: 1 }, 24, PLAIN)).toBe(
      '24 targets: 22 succeeded, 1 failed, 1 skipped',
    );
  });

  test('troubles give reason, failed updates and the open question of each target that did not succeed', () => {
    expect(renderTroubles([ledgerEntry(), FAILED], PLAIN)).toBe(
      [
        '  app02.corp.example failed (ServiceDown): The gateway service does not run.',
        '      KB2 failed (0x80240009)',
        '      question: Start the gateway, then retry?',
      ].join('\n'),
    );
  });
});

describe('the plan', () => {
  const text = renderPlan(patchPlan(), PLAIN);

  test.each([
    ['the window at the site and in UTC', 'Window closes   2030-06-02 04:00 CEST = 2030-06-02 02:00 UTC'],
    ['the expected end', 'Expected end    2030-06-01 23:25 CEST = 2030-06-01 21:25 UTC'],
    ['how a doubtful local time was read', 'note: 04:00 was read as daylight saving time.'],
    [
      'what is approved and what is not',
      'Approved        KB5091201 (Windows Server 2016), Security Updates, without KB890830',
    ],
    ['waves with their concurrency', '2  rest    2        4        45 min'],
    ['updates of a target', '1: KB5091102*'],
    ['a target that needs nothing', 'none left to install'],
    ['a target that could not be read', 'not read: no route to host'],
    [
      'what guards refuse, and why',
      'refuse  sql01.corp.example  reachable  sql01.corp.example could not be read: no route to host',
    ],
    ['its hash', `Plan hash ${'cd'.repeat(32)}`],
    ['what is simulated', 'Simulated       plant'],
  ])('shows %s', (_name, line) => {
    expect(text).toContain(line);
  });
});

describe('the status', () => {
  test('of a running run counts targets in work apart from unknown ones', () => {
    const text = renderStatus(runStatus(), PLAIN);
    expect(text).toContain('3 targets: 1 succeeded, 1 not-started, 1 in work');
    expect(text).not.toContain('unknown');
  });

  test('of a running run sums to the targets, also where one waits for another turn', () => {
    const entries = [
      ledgerEntry(),
      ledgerEntry({ host: 'b', state: 'unknown', progress: 'in-work' }),
      ledgerEntry({ host: 'c', state: 'failed', progress: 'waiting' }),
    ];
    const ledger = { ...emptyLedger(), succeeded: 1, unknown: 1, failed: 1 };
    expect(renderStatus(runStatus({ ledger, targets: 3 }), PLAIN, entries)).toContain(
      '3 targets: 1 succeeded, 1 waiting, 1 in work',
    );
  });

  test('shows notes with their time and says that names in them are claims', () => {
    const text = renderStatus(runStatus({ notes: [{ at: '2030-06-01T20:15:00Z', text: 'pause (says: Kim)' }] }), PLAIN);
    expect(text).toMatch(/names are claims.*\n {2}2030-06-01 20:15:00 UTC {2}pause \(says: Kim\)/);
  });
});

describe('the handover', () => {
  test('begins with open questions, and says until when a thing lasts', () => {
    const text = renderHandover(
      [
        { kind: 'snapshot-alive', host: 'a', text: 'snap', until: '2030-06-02T20:00:00Z' },
        { kind: 'open-question', host: 'b', text: 'retry?', until: null },
      ],
      PLAIN,
    );
    expect(text).toBe('Open questions\n  b: retry?\nSnapshots alive\n  a: snap (until 2030-06-02 20:00 UTC)');
  });

  test('says so when there is nothing', () => {
    expect(renderHandover([], PLAIN)).toMatch(/^Nothing to hand over/);
  });
});

test('a list shows how Temporal ended a run that has no word of its own', () => {
  const run = {
    runId: 'r',
    executionRunId: 'e',
    change: 'CHG1',
    sites: 'a',
    question: null,
    openedAt: '2030-06-01T20:00:00Z',
  };
  const text = renderRuns(
    [
      { ...run, status: 'terminated', outcome: 'running', closedAt: '2030-06-01T21:00:00Z' },
      { ...run, status: 'completed', outcome: 'partly', closedAt: '2030-06-01T21:00:00Z' },
    ],
    PLAIN,
  );
  expect(
    text
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s{2,}/)[3]),
  ).toEqual(['terminated', 'partly']);
});

test('a timeline shows where, who by claim, and what', () => {
  const entry = { at: '2030-06-01T20:00:00Z', eventId: 1 };
  const text = renderTimeline(
    [
      { ...entry, workflowId: 'patch-window/CHG1/1', who: 'unattributed', what: 'signal pause: why' },
      { ...entry, workflowId: 'target/host/app01.corp.example', who: null, what: 'turn began' },
    ],
    PLAIN,
  );
  expect(text.split('\n').slice(1)).toEqual([
    '2030-06-01 20:00:00 UTC  run                 unattributed   signal pause: why',
    '2030-06-01 20:00:00 UTC  app01.corp.example  -              turn began',
  ]);
});

describe('times', () => {
  test('are shown at the site and in UTC, once where they are the same', () => {
    expect(siteAndUtc('2030-12-01T20:00:00Z', 'Europe/Copenhagen')).toBe('2030-12-01 21:00 CET = 2030-12-01 20:00 UTC');
    expect(siteAndUtc('2030-12-01T20:00:00Z', 'UTC')).toBe('2030-12-01 20:00 UTC');
    expect(dateTime('2030-06-30T23:30:00Z', 'Asia/Tokyo')).toBe('2030-07-01 08:30 GMT+9');
  });

  test.each([
    [400, '0 s'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h 00 min'],
    [7_500_000, '2 h 05 min'],
  ])('last: %i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

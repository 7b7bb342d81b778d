import { describe, expect, test } from 'vitest';
import { renderHandover } from '../../../cli/render/handover.ts';
import { renderCounts, renderLedger, renderTroubles } from '../../../cli/render/ledger.ts';
import { renderPlan } from '../../../cli/render/plan.ts';
import { renderStatus } from '../../../cli/render/run.ts';
import { renderRuns } from '../../../cli/render/runs.ts';
import { renderTimeline } from '../../../cli/render/timeline.ts';
import { dateTime, siteAndUtc } from '../../../cli/render/time.ts';
import { duration } from '../../../model/duration.ts';
import { emptyLedger } from '../../../model/ledger.ts';
import { viewOf } from '../../../cli/runbooks.ts';
import { RUNBOOKS } from '../../../runbooks/index.ts';
import { ledgerEntry, patchPlan, PLAIN, runStatus, turnOutcome } from '../fixtures.ts';

const VIEW = viewOf(RUNBOOKS, 'patch-window');
const FAILED = ledgerEntry({
  id: 'app02.corp.example',
  state: 'failed',
  turns: 2,
  reason: 'The gateway service does not run.',
  outcome: turnOutcome(
    { state: 'failed', failure: 'ServiceDown', question: 'Start the gateway, then retry?' },
    {
      updates: [
        { kb: 'KB1', id: '1', outcome: 'installed', detail: '' },
        { kb: 'KB2', id: '2', outcome: 'failed', detail: '0x80240009' },
      ],
    },
  ),
});

describe('the ledger', () => {
  test('shows what ended, what is in work and what waits, apart', () => {
    const rows = [
      ledgerEntry(),
      FAILED,
      ledgerEntry({ id: 'app03.corp.example', state: 'unknown', progress: 'in-work', reason: '', outcome: null }),
      ledgerEntry({ id: 'app04.corp.example', state: 'not-started', progress: 'waiting', reason: '', outcome: null }),
    ];
    expect(renderLedger(rows, VIEW, PLAIN)).toBe(
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
    const lines = renderLedger([ledgerEntry({ reason: 'word '.repeat(40).trim() })], VIEW, {
      ...PLAIN,
      columns: 100,
    }).split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('counts name only the states that occur', () => {
    expect(renderCounts({ ...emptyLedger(), succeeded: 22, failed: 1, skipped: 1 }, 24, PLAIN)).toBe(
      '24 targets: 22 succeeded, 1 failed, 1 skipped',
    );
  });

  test('troubles give reason, failed updates and the open question of each target that did not succeed', () => {
    expect(renderTroubles([ledgerEntry(), FAILED], VIEW, PLAIN)).toBe(
      [
        '  app02.corp.example failed (ServiceDown): The gateway service does not run.',
        '      KB2 failed (0x80240009)',
        '      question: Start the gateway, then retry?',
      ].join('\n'),
    );
  });
});

describe('the plan', () => {
  const planned = patchPlan();
  planned.material.window.opensAt = '2030-06-01T22:00:00.000Z';
  const text = renderPlan(planned, VIEW, PLAIN);

  test.each([
    ['its opening', 'Window opens    2030-06-02 00:00 CEST = 2030-06-01 22:00 UTC'],
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
      ledgerEntry({ id: 'b', state: 'unknown', progress: 'in-work' }),
      ledgerEntry({ id: 'c', state: 'failed', progress: 'waiting' }),
    ];
    const ledger = { ...emptyLedger(), succeeded: 1, unknown: 1, failed: 1 };
    expect(renderStatus(runStatus({ ledger, targets: 3 }), PLAIN, entries)).toContain(
      '3 targets: 1 succeeded, 1 waiting, 1 in work',
    );
  });

  test('tells when the window opens, where it does not from the start', () => {
    const opensAt = '2030-06-01T22:00:00.000Z';
    expect(renderStatus(runStatus({ opensAt }), PLAIN)).toMatch(/^Window opens .*22:00 UTC\nWindow closes /m);
    expect(renderStatus(runStatus(), PLAIN)).not.toContain('Window opens');
  });

  test('has a line for each stage where there are several', () => {
    const one = { name: 'disable', ledger: { ...emptyLedger(), succeeded: 3 } };
    const two = { name: 'delete', ledger: { ...emptyLedger(), succeeded: 1, unknown: 1 } };
    expect(renderStatus(runStatus({ stages: [one] }), PLAIN)).not.toContain('Stage');
    const text = renderStatus(runStatus({ stages: [one, two] }), PLAIN);
    expect(text).toMatch(/Stage disable +3 targets: 3 succeeded\nStage delete +2 targets: 1 succeeded, 1 in work\n/);
  });

  test('shows notes with their time and says that names in them are claims', () => {
    const text = renderStatus(runStatus({ notes: [{ at: '2030-06-01T20:15:00Z', text: 'pause (says: Kim)' }] }), PLAIN);
    expect(text).toMatch(/names are claims.*\n {2}2030-06-01 20:15:00 UTC {2}pause \(says: Kim\)/);
  });
});

describe('the handover', () => {
  test('begins with open questions and ends with what did not succeed, names every kind, and says how long a thing lasts', () => {
    const item = (kind: string, until: string | null = null) => ({ kind, target: 'a', text: 'why', until });
    const items = ['not-succeeded', 'unheard-of', 'open-question', 'service-down'].map((kind) => item(kind));
    const text = renderHandover([item('snapshot-alive', '2030-06-02T20:00:00Z'), ...items], VIEW, PLAIN);
    expect(
      text
        .split('\n')
        .filter((line) => !line.startsWith(' '))
        .join(),
    ).toBe('Open questions,Services down,Snapshots alive,unheard-of,Not succeeded');
    expect(text).toContain('Snapshots alive\n  a: why (until 2030-06-02 20:00 UTC)\n');
  });

  test('says so when there is nothing', () => {
    expect(renderHandover([], VIEW, PLAIN)).toMatch(/^Nothing to hand over/);
  });
});

describe('a run of a runbook that this build does not know', () => {
  const plain = viewOf(RUNBOOKS, 'of-tomorrow');

  test('shows what every run has', () => {
    expect(renderLedger([ledgerEntry()], plain, PLAIN)).toMatch(/^WAVE +TARGET +SITE +STATE +TIME +WHAT HAPPENED\n/);
    expect(renderTroubles([FAILED], plain, PLAIN)).not.toContain('KB2');
    const text = renderPlan(patchPlan(), plain, PLAIN);
    expect(text).toMatch(/WAVE +TARGET +SITE +EXPECTED\n/);
    expect(text).not.toContain('Reboots');
  });
});

test('a list shows how Temporal ended a run that has no word of its own', () => {
  const at = '2030-06-01T20:00:00Z';
  const run = {
    runId: 'r',
    executionRunId: 'e',
    change: 'CHG1',
    sites: 'a',
    question: null,
    openedAt: at,
    closedAt: at,
  };
  const killed = { ...run, status: 'terminated', outcome: 'running' };
  const text = renderRuns([killed, { ...run, status: 'completed', outcome: 'partly' }], PLAIN);
  expect(text).toMatch(/ terminated .*\n.* partly /);
});

test('a timeline shows where, who by claim, and what', () => {
  const entry = { at: '2030-06-01T20:00:00Z', eventId: 1, who: null, what: 'turn began' };
  const text = renderTimeline(
    [
      { ...entry, workflowId: 'patch-window/CHG1/1', who: 'unattributed', what: 'signal pause: why' },
      { ...entry, workflowId: 'target/host/app01' },
      { ...entry, workflowId: 'look/7d1c/prove/target/host/app01' },
      { ...entry, workflowId: 'group/dc' },
    ],
    'patch-window/CHG1/1',
    PLAIN,
  );
  expect(text.split('\n').slice(1)).toEqual([
    '2030-06-01 20:00:00 UTC  run                      unattributed   signal pause: why',
    '2030-06-01 20:00:00 UTC  app01                    -              turn began',
    '2030-06-01 20:00:00 UTC  prove/target/host/app01  -              turn began',
    '2030-06-01 20:00:00 UTC  group/dc                 -              turn began',
  ]);
});

describe('times', () => {
  test('are shown at the site and in UTC, once where they are the same', () => {
    expect(siteAndUtc('2030-12-01T20:00:00Z', 'Europe/Copenhagen')).toBe('2030-12-01 21:00 CET = 2030-12-01 20:00 UTC');
    expect(siteAndUtc('2030-12-01T20:00:00Z', 'UTC')).toBe('2030-12-01 20:00 UTC');
    expect(dateTime('2030-06-30T23:30:00Z', 'Asia/Tokyo')).toBe('2030-07-01 08:30 GMT+9');
  });

  test.each([
    [0, '0 s'],
    [400, '400 ms'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h 00 min'],
    [7_500_000, '2 h 05 min'],
  ])('last: %i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

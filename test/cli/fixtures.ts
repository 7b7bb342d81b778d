import { Writable } from 'node:stream';
import pc from 'picocolors';
import type { Look } from '../../cli/render/look.ts';
import type { Streams } from '../../cli/terminal.ts';
import { emptyLedger } from '../../model/ledger.ts';
import type { PatchPlan, PlannedTarget } from '../../model/plan.ts';
import type { LedgerEntry, RunStatus } from '../../model/run.ts';
import type { TurnOutcome } from '../../model/turn.ts';

/** No colours, nothing wrapped, UTC: what rendering tests compare. */
export const PLAIN: Look = { colours: pc.createColors(false), columns: null, zone: 'UTC' };

/** Streams that keep what was written to them. */
export function capture(input = ''): Streams & { out: () => string; err: () => string } {
  const [out, err] = [collector(), collector()];
  return {
    stdin: (async function* () {
      yield input;
    })(),
    stdout: out.stream,
    stderr: err.stream,
    out: out.text,
    err: err.text,
  };
}

function collector(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

export function turnOutcome(changes: Partial<TurnOutcome> = {}): TurnOutcome {
  return {
    host: 'app01.corp.example',
    turn: 1,
    state: 'succeeded',
    failure: null,
    reason: '2 updates installed, rebooted, healthy.',
    question: null,
    startedAt: '2030-06-01T20:00:00.000Z',
    endedAt: '2030-06-01T20:30:00.000Z',
    steps: [],
    updates: [],
    changed: true,
    installed: 2,
    rebooted: true,
    rebootedAfterInstall: true,
    groupSafe: true,
    maintenance: null,
    snapshot: null,
    pendingReboot: false,
    servicesDown: [],
    simulated: [],
    ...changes,
  };
}

export function ledgerEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    question: changes.outcome?.question ?? null,
    host: 'app01.corp.example',
    site: 'nordhavn',
    wave: 'canary',
    state: 'succeeded',
    progress: 'ended',
    turns: 1,
    reason: '2 updates installed, rebooted, healthy.',
    outcome: turnOutcome(),
    ...changes,
  };
}

export function runStatus(changes: Partial<RunStatus> = {}): RunStatus {
  return {
    runbook: 'patch-window',
    runId: 'patch-window/CHG0012345/20300601T200000000Z',
    change: 'CHG0012345',
    phase: 'running',
    outcome: null,
    planHash: 'ab'.repeat(32),
    openedAt: '2030-06-01T20:00:00.000Z',
    closesAt: '2030-06-02T02:00:00.000Z',
    ledger: { ...emptyLedger(), succeeded: 1, unknown: 1, 'not-started': 1 },
    targets: 3,
    inWork: ['app02.corp.example'],
    wave: 'canary',
    waiting: null,
    notes: [],
    questions: [],
    simulated: ['plant'],
    ...changes,
  };
}

function target(host: string, changes: Partial<PlannedTarget> = {}): PlannedTarget {
  return {
    host,
    site: 'nordhavn',
    os: 'Windows Server 2022',
    roles: ['application'],
    redundancyGroup: null,
    inventoryDigest: '0'.repeat(64),
    updates: [
      {
        id: '11111111-1111-4111-8111-111111111111',
        revision: 200,
        kb: 'KB5091102',
        title: 'Cumulative Update',
        classification: 'Security Updates',
        sizeMb: 700,
        rebootRequired: true,
      },
    ],
    otherUpdates: [],
    snapshot: true,
    snapshotReason: '',
    exclusive: [],
    expectedMs: 30 * 60_000,
    steps: [],
    ...changes,
  };
}

/** Three hosts in two waves, one of which could not be read. */
export function patchPlan(): PatchPlan {
  return {
    runbook: 'patch-window',
    planHash: 'cd'.repeat(32),
    material: {
      change: 'CHG0012345',
      reason: 'Monthly security updates',
      sites: ['nordhavn'],
      window: {
        closesAt: '2030-06-02T02:00:00.000Z',
        timeZone: 'Europe/Copenhagen',
        notes: ['04:00 was read as daylight saving time.'],
      },
      approved: {
        kbs: [{ kb: 'KB5091201', os: ['Windows Server 2016'] }],
        classifications: ['Security Updates'],
        excludedKbs: ['KB890830'],
        updates: [],
      },
      reboot: 'when-required',
      snapshot: { take: 'when-possible', keepMs: 24 * 3_600_000 },
      finishPendingReboot: false,
      failureBudget: 2,
      soakMs: 600_000,
      limits: {} as PatchPlan['material']['limits'],
      waves: [
        { name: 'canary', canary: true, concurrency: 1, hosts: ['app01.corp.example'] },
        { name: 'rest', canary: false, concurrency: 4, hosts: ['app02.corp.example', 'sql01.corp.example'] },
      ],
      targets: [
        target('app01.corp.example'),
        target('app02.corp.example', { updates: [] }),
        target('sql01.corp.example', { snapshot: false, roles: ['sql'], expectedMs: 45 * 60_000 }),
      ],
      scripts: {},
    },
    observed: {
      plannedAt: '2030-06-01T20:00:00.000Z',
      expectedEnd: '2030-06-01T21:25:00.000Z',
      hosts: { 'sql01.corp.example': { reachable: false, reason: 'no route to host' } },
    },
    guards: [
      {
        host: 'sql01.corp.example',
        guard: 'reachable',
        verdict: 'refuse',
        failure: 'HostUnreachable',
        reason: 'sql01.corp.example could not be read: no route to host',
      },
    ],
    simulated: ['plant'],
  };
}

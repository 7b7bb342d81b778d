import pc from 'picocolors';
import type { Look } from '../../cli/render/look.ts';
import type { RunCandidate } from '../../cli/run-reference.ts';
import type { Streams } from '../../cli/terminal.ts';
import { emptyLedger } from '../../model/ledger.ts';
import type { PatchPlan } from '../../model/patch-window/plan.ts';
import { patchState, type PatchOutcome, type PatchState } from '../../model/patch-window/turn.ts';
import type { LedgerEntry, RunStatus } from '../../model/run.ts';
import { MINUTE, patchPlan as stagePlan, plannedTarget } from '../workflows/stage/plan.ts';

/** No colours, nothing wrapped, UTC: what rendering tests compare. */
export const PLAIN: Look = { colours: pc.createColors(false), columns: null, zone: 'UTC' };

/** Streams that keep what was written to them. */
export function capture(input = ''): Streams & { out: () => string; err: () => string } {
  const written = { out: '', err: '' };
  return {
    stdin: (async function* () {
      yield input;
    })(),
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    out: () => written.out,
    err: () => written.err,
  };
}

export function turnOutcome(changes: Partial<PatchOutcome> = {}, own: Partial<PatchState> = {}): PatchOutcome {
  return {
    id: 'app01.corp.example',
    turn: 1,
    stage: 'patch',
    state: 'succeeded',
    failure: null,
    reason: '2 updates installed, rebooted, healthy.',
    question: null,
    startedAt: '2030-06-01T20:00:00.000Z',
    endedAt: '2030-06-01T20:30:00.000Z',
    steps: [],
    changed: true,
    groupSafe: true,
    proven: true,
    simulated: [],
    own: { ...patchState(plannedTarget('app01', { updates: [] }), null), installed: 2, rebooted: true, ...own },
    ...changes,
  };
}

export function ledgerEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    question: changes.outcome?.question ?? null,
    id: 'app01.corp.example',
    site: 'nordhavn',
    turnId: `target/host/${changes.id ?? 'app01.corp.example'}`,
    wave: 'canary',
    state: 'succeeded',
    progress: 'ended',
    turns: 1,
    reason: '2 updates installed, rebooted, healthy.',
    outcome: turnOutcome(),
    ...changes,
  };
}

export function runCandidate(workflowId: string, changes: Partial<RunCandidate> = {}): RunCandidate {
  return {
    workflowId,
    executionRunId: `run-of-${workflowId}`,
    workflowType: 'patchWindow',
    status: 'COMPLETED',
    change: 'CHG0012345',
    startedAt: '2030-06-01T20:00:00.000Z',
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
    opensAt: null,
    closesAt: '2030-06-02T02:00:00.000Z',
    ledger: { ...emptyLedger(), succeeded: 1, unknown: 1, 'not-started': 1 },
    targets: 3,
    stages: [],
    inWork: ['app02.corp.example'],
    wave: 'canary',
    waiting: null,
    notes: [],
    notesLeftOut: 0,
    questions: [],
    simulated: ['plant'],
    ...changes,
  };
}

const UPDATE = { id: 'update-1', revision: 200, kb: 'KB5091102', title: 'Cumulative Update' };
const UPDATES = [{ ...UPDATE, classification: 'Security Updates', sizeMb: 700, rebootRequired: true }];

/** Three hosts in two waves, one of which could not be read. */
export function patchPlan(): PatchPlan {
  const plan = stagePlan({
    targets: [
      plannedTarget('app01', { updates: UPDATES, expectedMs: 30 * MINUTE }),
      plannedTarget('app02', { updates: [], expectedMs: 30 * MINUTE }),
      plannedTarget('sql01', { updates: UPDATES, snapshot: false, roles: ['sql'], expectedMs: 45 * MINUTE }),
    ],
    waves: [
      { name: 'canary', canary: true, concurrency: 1, targets: ['app01.corp.example'] },
      { name: 'rest', canary: false, concurrency: 4, targets: ['app02.corp.example', 'sql01.corp.example'] },
    ],
    material: {
      reason: 'Monthly security updates',
      window: {
        opensAt: null,
        closesAt: '2030-06-02T02:00:00.000Z',
        timeZone: 'Europe/Copenhagen',
        notes: ['04:00 was read as daylight saving time.'],
      },
      failureBudget: 2,
      soakMs: 600_000,
    },
    own: {
      approved: {
        kbs: [{ kb: 'KB5091201', os: ['Windows Server 2016'] }],
        classifications: ['Security Updates'],
        excludedKbs: ['KB890830'],
        updates: [],
      },
      snapshot: { take: 'when-possible', keepMs: 24 * 60 * MINUTE },
    },
    guards: [
      {
        target: 'sql01.corp.example',
        guard: 'reachable',
        verdict: 'refuse',
        failure: 'HostUnreachable',
        reason: 'sql01.corp.example could not be read: no route to host',
      },
    ],
  });
  return {
    ...plan,
    planHash: 'cd'.repeat(32),
    observed: {
      plannedAt: '2030-06-01T20:00:00.000Z',
      expectedEnd: '2030-06-01T21:25:00.000Z',
      own: { 'sql01.corp.example': { reachable: false, reason: 'no route to host' } },
    },
  };
}

import type { WorkflowHandle } from '@temporalio/client';
import { hostTurnId } from '../../model/ids.ts';
import { groupLockId } from '../../model/locks.ts';
import type { PlannedHost } from '../../model/patch-window/plan.ts';
import type { PlannedWave } from '../../model/plan.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import { otherScripts } from '../workflows/stage/activities.ts';
import { MINUTE, patchPlan, plannedTarget, waveOf, type HostChange } from '../workflows/stage/plan.ts';
import type { Run, Stage } from '../workflows/stage/stage.ts';
import { until } from '../workflows/stage/until.ts';
import type { HistoryKind } from './stored.ts';

/** Brings a run or a turn to its end, and tells which workflow's history that is. */
type Ending = (stage: Stage, name: string) => Promise<WorkflowHandle>;

const fields = { reason: 'a record is made', by: 'Kim Example' };
const LONG_AGO = '2026-10-01T00:00:00.000Z';
const UPDATE = { id: '00000000-0000-4000-8000-000000000001', kb: 'KB5000001' };
const SECOND = { id: '00000000-0000-4000-8000-000000000002', revision: 1, kb: 'KB5000002', rebootRequired: false };
const OTHER = otherScripts({ 'Restart-PatchHost.ps1': 'c0ffee' });
const rescan = (left: object[]) => ({ left, others: [], pendingReboot: [], updates: [] });

/** One for each kind of end. `name` is a host name that no other ending uses. */
export const ENDINGS: Record<HistoryKind, Ending> = {
  'run-succeeded': async (stage, name) => {
    const [first, second] = pair(name, { exclusive: [`group/dc-${name}`] });
    stage.directed.order(short(first), 'startInstall', 'UpdateLoop', 'good');
    const gate = stage.directed.gates.close(`${short(first)}/preflight`);
    const run = await stage.start(
      patchPlan({ targets: [first, second], waves: waves(first, second), material: { soakMs: 20 } }),
    );
    await gate.reached;
    await run.update('pause', fields);
    gate.open();
    await run.turnsEnded(short(first));
    await run.handle.signal('retryTarget', { ...fields, target: first.id });
    await run.update('resume', fields);
    return await endOf(run);
  },
  'run-partly': async (stage, name) => {
    const targets = pair(name);
    stage.directed.order(short(targets[0]), 'preflight', 'LowDisk');
    return await endOf(await stage.start(patchPlan({ targets })));
  },
  'run-budget-spent': async (stage, name) => {
    const targets = pair(name);
    stage.directed.order(short(targets[0]), 'takeSnapshot', 'SnapshotFailed');
    const plan = patchPlan({ targets, waves: waves(...targets), material: { failureBudget: 1 } });
    return await endOf(await stage.start(plan));
  },
  'run-aborted': async (stage, name) => {
    const targets = pair(name);
    const gate = stage.directed.gates.close(`${short(targets[0])}/followInstall`);
    const run = await stage.start(patchPlan({ targets, waves: waves(...targets) }));
    await gate.reached;
    await run.update('abort', fields);
    await run.toldToStop(targets[0].id);
    gate.open();
    return await endOf(run);
  },
  'run-cut-off': async (stage, name) => {
    const targets = [plannedTarget(`${name}a`), plannedTarget(`${name}b`, { expectedMs: 60 * MINUTE })];
    const window = {
      opensAt: null,
      closesAt: new Date(Date.now() + 30 * MINUTE).toISOString(),
      timeZone: 'UTC',
      notes: [],
    };
    return await endOf(await stage.start(patchPlan({ targets, material: { window } })));
  },
  'run-dry': async (stage, name) => {
    stage.directed.dryRun = true;
    const handle = await endOf(await stage.start(patchPlan({ targets: [plannedTarget(name)] })));
    stage.directed.dryRun = false;
    return handle;
  },
  'run-invalid-input': async ({ directed, temporal }, name) => {
    directed.refusal = 'InvalidInput';
    const workflowId = `patch-window/CHG0012345/${name}`;
    const handle = await temporal.client.workflow.start('patchWindow', {
      taskQueue: CONTROL_QUEUE,
      workflowId,
      args: [{}],
    });
    await handle.result().catch(() => null);
    return handle;
  },
  'run-canary-stop': async (stage, name) => {
    const [canary, other] = [plannedTarget(`${name}a`, { updates: [] }), plannedTarget(`${name}b`)];
    const inWaves = [waveOf([canary], { name: 'canary', canary: true }), waveOf([other], { name: 'rest' })];
    return await endOf(await stage.start(patchPlan({ targets: [canary, other], waves: inWaves })));
  },
  'run-held-up': async (stage, name) => {
    const targets = pair(name);
    for (const target of targets) stage.directed.order(short(target), 'restartHost', OTHER, 'good');
    return await endOf(await resumed(await stage.start(patchPlan({ targets }))));
  },

  'turn-two-rounds': (stage, name) => {
    stage.directed.order(name, 'rescan', rescan([SECOND]), 'good');
    return turnOf(stage, name);
  },
  'turn-reboot-and-retry': (stage, name) => {
    const updates = [{ ...UPDATE, outcome: 'failed', detail: '0x80070643' }];
    stage.directed.order(name, 'followInstall', { updates, installed: 0, rebootRequired: false }, 'good');
    stage.directed.order(name, 'rescan', rescan([{ ...UPDATE, revision: 1, rebootRequired: true }]), 'good');
    return turnOf(stage, name);
  },
  'turn-asked': (stage, name) => {
    stage.directed.order(name, 'confirmRoles', 'AvailabilityGroupPrimary');
    return turnOf(stage, name);
  },
  'turn-snapshots-removed': async (stage, name) => {
    const old = { endpoint: 'vcenter01', vmId: 'vm-1', datastore: 'ds1', name: 'fettle-old', keepUntil: LONG_AGO };
    const overAge = ['fettle-old', 'fettle-kept'].map((one) => ({ name: one, datastore: 'ds1', createdAt: LONG_AGO }));
    stage.directed.order(name, 'oldSnapshots', { expired: [old], overAge });
    const snapshot = { take: 'when-possible', keepMs: 0 } as const;
    await (await stage.start(patchPlan({ targets: [plannedTarget(name)], own: { snapshot } }))).result();
    return turnHandle(stage, name);
  },
  'turn-stopped': async (stage, name) => {
    const gate = stage.directed.gates.close(`${name}/takeSnapshot`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await run.update('skipTarget', { ...fields, target: name });
    await run.toldToStop(`${name}.corp.example`);
    gate.open();
    await run.result();
    return turnHandle(stage, name);
  },
  'turn-failed-after-change': (stage, name) => {
    stage.directed.order(name, 'followInstall', 'TaskRefused');
    stage.directed.order(name, 'eventExcerpt', ['one event of the host']);
    return turnOf(stage, name);
  },
  'turn-unreachable': (stage, name) => {
    stage.directed.order(name, 'preflight', 'HostUnreachable');
    return turnOf(stage, name);
  },
  'turn-reboot-timed-out': (stage, name) => {
    stage.directed.order(name, 'awaitRestart', 'RebootTimeout');
    return turnOf(stage, name);
  },
  'turn-after-held-up': async (stage, name) => {
    stage.directed.order(name, 'followInstall', OTHER, 'good');
    await endOf(await resumed(await stage.start(patchPlan({ targets: [plannedTarget(name)] }))));
    return turnHandle(stage, name);
  },

  'lock-in-doubt': async (stage, name) => {
    const [first, second] = pair(name, { exclusive: [groupLockId(name)] });
    const gate = stage.directed.gates.close(`${short(first)}/startInstall`);
    const run = await stage.start(patchPlan({ targets: [first] }));
    await gate.reached;
    const other = await stage.start(patchPlan({ targets: [second] }));
    await until('the other member waits', async () => (await other.status()).waiting?.includes(name) === true);
    await turnHandle(stage, short(first)).terminate('a history is recorded');
    gate.open();
    await Promise.all([run.result(), other.result()]);
    const lock = stage.temporal.client.workflow.getHandle(groupLockId(name));
    await lock.result();
    return lock;
  },
};

function pair(name: string, change: HostChange = {}): [PlannedHost, PlannedHost] {
  return [plannedTarget(`${name}a`, change), plannedTarget(`${name}b`, change)];
}

function short({ id }: PlannedHost): string {
  return id.split('.')[0] ?? '';
}

/** A wave for each target, in this order. */
function waves(...targets: PlannedHost[]): PlannedWave[] {
  return targets.map((target, index) => waveOf([target], { name: `wave ${index + 1}`, concurrency: 1 }));
}

/** The run once it has paused itself and was resumed. */
async function resumed(run: Run): Promise<Run> {
  await until('the run has paused', async () => {
    const { phase, inWork } = await run.status();
    return phase === 'paused' && inWork.length === 0;
  });
  await run.update('resume', fields);
  return run;
}

async function endOf(run: Run): Promise<WorkflowHandle> {
  await run.result();
  return run.handle;
}

async function turnOf(stage: Stage, name: string): Promise<WorkflowHandle> {
  await (await stage.start(patchPlan({ targets: [plannedTarget(name)] }))).result();
  return turnHandle(stage, name);
}

function turnHandle({ temporal }: Stage, name: string): WorkflowHandle {
  return temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`));
}

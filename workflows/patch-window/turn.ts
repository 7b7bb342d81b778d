import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { UpdateOutcome } from '../../model/patch-window/plan.ts';
import {
  MAX_EVENTS,
  patchState,
  type Baseline,
  type PatchOutcome,
  type PatchState,
  type PatchTurnInput,
} from '../../model/patch-window/turn.ts';
import { oneLine } from '../text-limits.ts';
import { follow } from '../turn/follow.ts';
import { safePoint } from '../turn/safe-point.ts';
import { asStepFailure, StepFailure } from '../turn/step-failure.ts';
import { takeTurn } from '../turn/take-turn.ts';
import { act } from '../turn/tools.ts';
import { followLeftTask, installRounds } from './install-rounds.ts';
import { enterMaintenance, leaveMaintenance } from './maintenance.ts';
import { lookForOldSnapshots, removeExpired } from './old-snapshots.ts';
import { followLeftReboot, reboot } from './reboot.ts';
import { snapshotAfter, snapshotBefore } from './snapshots.ts';
import { patchTools, request, type PatchTools } from './tools.ts';
import { verify } from './verify.ts';

const GOOD: readonly UpdateOutcome[] = ['installed', 'already-installed', 'superseded', 'not-applicable'];

/** Characters of an event that the outcome keeps: one message of the log can be of any length. */
const MAX_EVENT = 300;

/**
 * One host's turn in a patch window. Its workflow id `target/host/<fqdn>` keeps every other run away from the host.
 *
 * Invariants: it never stops inside an install or a reboot; a machine is never reverted; every write step looks at the world before
 * it acts, so a retried activity changes nothing twice.
 */
export async function patchHost(input: PatchTurnInput): Promise<PatchOutcome[]> {
  return await takeTurn(input, {
    untouched: patchState,
    perform: (tools) => patch(patchTools(tools)),
    afterFailure: async (tools, state) => {
      if (tools.record.changed && state === 'failed') await readEvents(patchTools(tools));
    },
    isWell: async (tools) => {
      const patching = patchTools(tools);
      return await verify(patching).then(
        () => !patching.record.own.pendingReboot,
        () => false,
      );
    },
    lookAfter: (tools) => {
      const { target } = tools.record;
      // Whatever scripts are there by then: it belongs to no plan any more.
      const { scripts: _, ...asked } = leftBehind(patchTools(tools));
      return { by: 'look', queue: target.queue, activity: 'lookAfter' satisfies keyof PatchActivities, request: asked };
    },
    details: eventLines,
  });
}

/** The procedure, as the operator's card tells it. */
async function patch(tools: PatchTools): Promise<string> {
  const { record, material } = tools;
  const { own } = record;
  own.events = [];
  await followLeftTask(tools);
  await followLeftReboot(tools);
  const baseline = await preflight(tools);
  const old = await lookForOldSnapshots(tools);
  const mustReboot = material.reboot === 'always' && !own.rebooted;
  const changes = baseline.toInstall.length > 0 || own.pendingReboot || mustReboot;
  if (changes || old.expired.length > 0) {
    safePoint(record);
    await enterMaintenance(tools);
    safePoint(record);
    await removeExpired(tools, old);
    if (changes) await change(tools, baseline);
  }
  await verify(tools);
  await snapshotAfter(tools);
  await leaveMaintenance(tools);
  refuseMissingUpdates(own);
  return saidOf(own);
}

/** What a turn left running that ended without a word is waited for, as long as this one fits into the window behind it. */
async function preflight(tools: PatchTools): Promise<Baseline> {
  const { record, following, closesAt } = tools;
  try {
    return await preflightOnce(tools, 1);
  } catch (error) {
    const leftMs = Date.parse(closesAt) - record.target.expectedMs - Date.now();
    if (asStepFailure(error).type !== 'TaskRunning' || leftMs <= 0) throw error;
    const wait = () => follow(tools, following.lookAfter, 'wait for an earlier task', leftBehind(tools), leftMs);
    await record.step('earlier-task', 1, wait, () => 'nothing of an earlier turn runs any more');
    safePoint(record);
    return await preflightOnce(tools, 2);
  }
}

/** What `lookAfter` is asked: a host that is silent for longer than a reboot may take is told as such. */
function leftBehind(tools: PatchTools) {
  return { ...request(tools), silentMs: tools.patchLimits.rebootMs };
}

async function preflightOnce(tools: PatchTools, round: number): Promise<Baseline> {
  const { record, steps, material, patchLimits, closesAt } = tools;
  const { own, target } = record;
  const { updates, snapshot } = target.own;
  // A reboot that this run's own installation left pending is not one from beforehand: finishing it is always allowed.
  const finishPendingReboot = material.finishPendingReboot || (record.changed && material.reboot !== 'never');
  const baseline = await record.step(
    'preflight',
    round,
    () =>
      act(tools, steps.preflight, 'preflight', {
        ...request(tools, round),
        updates,
        approved: material.approved,
        snapshot,
        finishPendingReboot,
        expectedMs: target.expectedMs,
        closesAt,
        patchLimits,
      }),
    ({ toInstall, warnings }) => [`${toInstall.length} updates to install`, ...warnings].join('; '),
  );
  own.updates = baseline.updates;
  own.pendingReboot = baseline.pendingReboot.length > 0;
  // After a change, services running now no longer show what ran before.
  own.ranBefore = [...new Set([...(record.changed ? own.ranBefore : []), ...baseline.runningServices])];
  record.simulated = baseline.simulated;
  return baseline;
}

async function change(tools: PatchTools, baseline: Baseline): Promise<void> {
  safePoint(tools.record);
  await snapshotBefore(tools);
  // Round 0: before the first installation.
  if (tools.record.own.pendingReboot) baseline.bootTime = await reboot(tools, 0, baseline.bootTime);
  await installRounds(tools, baseline);
}

/** Success is told for each update; approved but not offered is never success. */
function refuseMissingUpdates({ updates }: PatchState): void {
  const missing = updates.filter((update) => !GOOD.includes(update.outcome));
  if (missing.length === 0) return;
  const named = missing.map((update) => `${update.kb || update.id} ${update.outcome}`).join(', ');
  throw new StepFailure(
    missing.some((update) => update.outcome === 'not-offered') ? 'UpdateNotOffered' : 'UpdateFailed',
    `Approved and not installed: ${named}.`,
  );
}

function saidOf({ installed, rebooted }: PatchState): string {
  if (installed === 0) return `Nothing was left to install; ${rebooted ? 'rebooted, healthy' : 'the host is healthy'}.`;
  return `${installed} ${installed === 1 ? 'update' : 'updates'} installed${rebooted ? ', rebooted' : ''}, healthy.`;
}

/** What the host itself says of the failure. One attempt only: the turn does not wait for it. */
async function readEvents(tools: PatchTools): Promise<void> {
  const { record, steps, input } = tools;
  const asked = { ...request(tools), turnStartedAt: record.startedAt };
  const once = { retry: { maximumAttempts: 1 }, scheduleToStartTimeout: input.limits.workerWaitMs };
  const read = act(tools, steps.eventExcerpt, 'event log since the turn began', asked, once);
  const events = await read.catch(() => []);
  record.own.events = events.slice(0, MAX_EVENTS).map((event) => event.slice(0, MAX_EVENT));
}

function eventLines({ events }: PatchState): string[] {
  if (events.length === 0) return [];
  return ['', 'The event log of the host since the turn began:', '', ...events.map((event) => `- ${oneLine(event)}`)];
}

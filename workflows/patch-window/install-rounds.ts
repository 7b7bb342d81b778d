import { sleep } from '@temporalio/workflow';
import type { FailureType } from '../../model/failures.ts';
import type { InstallItem, InstallReport, InstallTask, RescanReport } from '../../model/patch-window/activities.ts';
import type { Baseline } from '../../model/patch-window/turn.ts';
import type { Limits } from '../../model/plan.ts';
import { beginChange } from '../turn/begin.ts';
import { follow } from '../turn/follow.ts';
import { requireLocks, safePoint, windowStillFits } from '../turn/safe-point.ts';
import { asStepFailure, passedOver, StepFailure } from '../turn/step-failure.ts';
import { act } from '../turn/tools.ts';
import { keepMaintenance } from './maintenance.ts';
import { confirmRoles, reboot } from './reboot.ts';
import { request, type PatchTools } from './tools.ts';

/** The part of a turn's expected duration that lies ahead when a round installs. */
const AHEAD_OF_INSTALL = 0.75;

/** Failures of an installation after which a later one may work. */
const WAITS: readonly FailureType[] = ['UpdateBusy', 'UpdateShuttingDown', 'UpdateSourceUnreachable'];

/** Where the rounds stand. */
interface Rounds {
  left: InstallItem[];
  bootTime: string;
  installedBefore: Set<string>;
  /** A reboot after a failure of the update agent was tried; it is tried once a turn. */
  rebootTried: boolean;
  /** Rounds that only waited, after a failure of `WAITS`. */
  waits: number;
}

/**
 * Installs, reboots when needed and rescans, round by round, until no approved update is left.
 * A round that is offered what an earlier round installed is an update loop. After a failure of the update agent the host
 * is rebooted and the round tried once more; after a failure of `WAITS` the next round waits first.
 */
export async function installRounds(tools: PatchTools, baseline: Baseline): Promise<void> {
  const { record, material, patchLimits } = tools;
  const { maxRounds, installMs } = patchLimits;
  const rounds: Rounds = {
    left: baseline.toInstall.map(item),
    bootTime: baseline.bootTime,
    installedBefore: new Set(),
    rebootTried: false,
    waits: 0,
  };
  for (let round = 1; rounds.left.length > 0; round += 1) {
    if (round > maxRounds + rounds.waits) throw tooMany(rounds.left, maxRounds);
    windowStillFits(tools, AHEAD_OF_INSTALL, `installation round ${round}`);
    await keepMaintenance(tools, installMs);
    await oneRound(tools, rounds, round);
  }
  // A reboot before the installation does not count.
  const rebooted = record.own.installed > 0 ? record.proven : record.own.rebooted;
  // Its round is one behind the last that there could be, so that no other reboot has its key.
  if (material.reboot === 'always' && !rebooted) await reboot(tools, maxRounds + rounds.waits + 1, rounds.bootTime);
}

async function oneRound(tools: PatchTools, rounds: Rounds, round: number): Promise<void> {
  const { own } = tools.record;
  const { limits } = tools.input;
  const done = await installOnce(tools, round, rounds.left).catch((error: unknown) => remedyFor(rounds, limits, error));
  if (done === 'wait') {
    await sleep(waitMs(rounds, limits), { summary: `wait for the update agent, then round ${round + 1}` });
    return;
  }
  const report = done === 'reboot' ? null : done;
  const failed = report === null || report.updates.some((update) => update.outcome === 'failed');
  if (failed && rounds.rebootTried) throw failedUpdates(report);
  rounds.rebootTried ||= failed;
  own.pendingReboot = failed || report.rebootRequired;
  if (own.pendingReboot) rounds.bootTime = await rebootIfAllowed(tools, round, rounds.bootTime);
  const rescan = await rescanOnce(tools, round);
  refuseLoop(rescan, rounds.installedBefore, report);
  rounds.left = rescan.left.map(item);
}

async function installOnce(tools: PatchTools, round: number, updates: InstallItem[]): Promise<InstallReport> {
  const { record, steps, patchLimits } = tools;
  const { installMs } = patchLimits;
  safePoint(record);
  await confirmRoles(tools, round, 'install');
  await requireLocks(tools);
  const asked = { ...request(tools, round), installMs, updates };
  return await record.step(
    'install',
    round,
    async () => {
      const task = await beginChange(tools, steps.startInstall, `install ${kbs(updates)}`, asked);
      return await followTask(tools, round, task);
    },
    saidOf,
  );
}

async function followTask(tools: PatchTools, round: number, task: InstallTask): Promise<InstallReport> {
  const { record, following, patchLimits } = tools;
  const { installMs, rebootMs } = patchLimits;
  const { own } = record;
  const asked = { ...request(tools, round), installMs, task, rebootMs };
  own.installing = null;
  const followed = follow(tools, following.followInstall, `follow ${task.taskName}`, asked, installMs);
  const report = await followed.catch((error: unknown) => {
    if (asStepFailure(error).heldUp !== null) own.installing = task;
    throw error;
  });
  own.installed += report.installed;
  own.updates = own.updates.map((known) => report.updates.find(({ id }) => id === known.id) ?? known);
  return report;
}

/** Follows an installation that the turn before was held up at. What it came to preflight sees, unless nobody can tell. */
export async function followLeftTask(tools: PatchTools): Promise<void> {
  const { record } = tools;
  const { installing } = record.own;
  if (installing === null) return;
  await record
    .step('install', 0, () => followTask(tools, 0, installing), saidOf)
    .catch((error: unknown) => {
      const failure = passedOver(error);
      if (failure.rule.state === 'unknown') throw failure;
    });
}

function saidOf({ installed, updates, rebootRequired }: InstallReport): string {
  return `${installed} of ${updates.length} installed${rebootRequired ? ', reboot needed' : ''}`;
}

/** What the failure table says of an installation that did not come to a report: reboot and try again, wait and try again, or end. */
function remedyFor(rounds: Rounds, limits: Limits, error: unknown): 'reboot' | 'wait' {
  if (!(error instanceof StepFailure)) throw error;
  if (error.rule.handling === 'reboot-and-retry' && !rounds.rebootTried) return 'reboot';
  if (WAITS.includes(error.type) && rounds.waits + 1 < limits.retryAttempts) {
    rounds.waits += 1;
    return 'wait';
  }
  throw error;
}

function waitMs({ waits }: Rounds, limits: Limits): number {
  return limits.retryFirstMs * 2 ** waits;
}

function failedUpdates(report: InstallReport | null): StepFailure {
  const failed = report?.updates.filter((update) => update.outcome === 'failed') ?? [];
  const named = failed.map((update) => `${update.kb} (${update.detail})`).join(', ');
  return new StepFailure('UpdateFailed', `Failed again after a reboot: ${named || 'the installation'}.`);
}

async function rebootIfAllowed(tools: PatchTools, round: number, bootTime: string): Promise<string> {
  if (tools.material.reboot !== 'never') return await reboot(tools, round, bootTime);
  throw new StepFailure(
    'PendingReboot',
    'A reboot is needed and the input says never to reboot: reboot the host by hand, then retry it.',
  );
}

async function rescanOnce(tools: PatchTools, round: number): Promise<RescanReport> {
  const { record, steps, material } = tools;
  const asked = {
    ...request(tools, round),
    approved: material.approved,
    updates: record.target.own.updates,
    turnStartedAt: record.startedAt,
  };
  const rescan = await record.step(
    'rescan',
    round,
    () => act(tools, steps.rescan, `rescan, round ${round}`, asked),
    ({ left, others }) => `${left.length} approved left, ${others.length} others offered and not installed`,
  );
  record.own.updates = rescan.updates;
  record.own.pendingReboot = rescan.pendingReboot.length > 0;
  return rescan;
}

function refuseLoop(rescan: RescanReport, installedBefore: Set<string>, report: InstallReport | null): void {
  for (const update of report?.updates ?? []) if (update.outcome === 'installed') installedBefore.add(update.id);
  const again = rescan.left.filter((update) => installedBefore.has(update.id));
  if (again.length > 0) throw new StepFailure('UpdateLoop', `Offered again after they were installed: ${kbs(again)}.`);
}

function tooMany(left: InstallItem[], maxRounds: number): StepFailure {
  return new StepFailure('UpdateLoop', `Updates are still offered after ${maxRounds} rounds: ${kbs(left)}.`);
}

function item({ id, revision, kb }: InstallItem): InstallItem {
  return { id, revision, kb };
}

function kbs(updates: { kb: string; id: string }[]): string {
  return updates.map((update) => update.kb || update.id).join(', ');
}

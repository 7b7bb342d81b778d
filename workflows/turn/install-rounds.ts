import { sleep } from '@temporalio/workflow';
import type { InstallItem, InstallReport, RescanReport } from '../../model/activities.ts';
import type { FailureType } from '../../model/failures.ts';
import type { Limits } from '../../model/plan.ts';
import type { Baseline } from '../../model/turn.ts';
import { keepMaintenance } from './maintenance.ts';
import { reboot } from './reboot.ts';
import { safePoint, windowStillFits } from './safe-point.ts';
import { StepFailure } from './step-failure.ts';
import { request, summary, type TurnTools } from './steps.ts';

/** The part of a turn's expected duration that lies ahead when a round installs. */
const AHEAD_OF_INSTALL = 0.75;

/** Where the rounds stand. */
interface Rounds {
  left: InstallItem[];
  bootTime: string;
  installedBefore: Set<string>;
  /** A reboot after a failure of the update agent was tried; it is tried once a turn. */
  rebootTried: boolean;
  /** Rounds that only waited for somebody else's installation. */
  waits: number;
}

/**
 * Installs, reboots when needed and rescans, round by round, until no approved update is left (domain.md, steps 4 to 6).
 * A round that is offered what an earlier round installed is an update loop. After a failure of the update agent the host
 * is rebooted and the round tried once more; while another installation holds the agent, the next round waits.
 */
export async function installRounds(tools: TurnTools, baseline: Baseline): Promise<void> {
  const { record } = tools;
  const { reboot: policy, limits } = record.input.settings;
  const rounds: Rounds = {
    left: baseline.toInstall.map(item),
    bootTime: baseline.bootTime,
    installedBefore: new Set(),
    rebootTried: false,
    waits: 0,
  };
  for (let round = 1; rounds.left.length > 0; round += 1) {
    if (round > limits.maxRounds + rounds.waits) throw tooMany(rounds.left, limits.maxRounds);
    windowStillFits(record, AHEAD_OF_INSTALL, `installation round ${round}`);
    await keepMaintenance(tools, limits.installMs);
    await oneRound(tools, rounds, round);
  }
  // A reboot that only finished what was pending before counts for nothing that was installed since.
  const rebooted = record.installed > 0 ? record.rebootedAfterInstall : record.rebooted;
  if (policy === 'always' && !rebooted) await reboot(tools, limits.maxRounds + rounds.waits + 1, rounds.bootTime);
}

async function oneRound(tools: TurnTools, rounds: Rounds, round: number): Promise<void> {
  const { record } = tools;
  const { limits } = record.input.settings;
  const done = await installOnce(tools, round, rounds.left).catch((error: unknown) =>
    afterFailure(rounds, limits, error),
  );
  if (done === 'wait') {
    await sleep(waitMs(rounds, limits), { summary: `wait for the update agent, then round ${round + 1}` });
    return;
  }
  const report = done === 'reboot' ? null : done;
  const failed = report === null || report.updates.some((update) => update.outcome === 'failed');
  if (failed && rounds.rebootTried) throw failedUpdates(report);
  rounds.rebootTried ||= failed;
  record.pendingReboot = failed || report.rebootRequired;
  if (record.pendingReboot) rounds.bootTime = await rebootIfAllowed(tools, round, rounds.bootTime);
  const rescan = await rescanOnce(tools, round);
  refuseLoop(rescan, rounds.installedBefore, report);
  rounds.left = rescan.left.map(item);
}

/** What the failure table says of an installation that did not come to a report: reboot and try again, wait and try again, or end. */
function afterFailure(rounds: Rounds, limits: Limits, error: unknown): 'reboot' | 'wait' {
  if (!(error instanceof StepFailure)) throw error;
  if (error.rule.handling === 'reboot-and-retry' && !rounds.rebootTried) return 'reboot';
  if (WAITS.includes(error.type) && rounds.waits + 1 < limits.retryAttempts) {
    rounds.waits += 1;
    return 'wait';
  }
  throw error;
}

/** Failures of a running installation after which a later one may work (domain.md, Failures: 80240009, 8024001E, no connection). */
const WAITS: readonly FailureType[] = ['UpdateBusy', 'UpdateShuttingDown', 'UpdateSourceUnreachable'];

function waitMs({ waits }: Rounds, limits: Limits): number {
  return limits.retryFirstMs * 2 ** waits;
}

async function rebootIfAllowed(tools: TurnTools, round: number, bootTime: string): Promise<string> {
  if (tools.record.input.settings.reboot !== 'never') return await reboot(tools, round, bootTime);
  throw new StepFailure(
    'PendingReboot',
    'A reboot is needed and the input says never to reboot: reboot the host by hand, then retry it.',
  );
}

function tooMany(left: InstallItem[], maxRounds: number): StepFailure {
  return new StepFailure('UpdateLoop', `Updates are still offered after ${maxRounds} rounds: ${kbs(left)}.`);
}

async function installOnce(tools: TurnTools, round: number, updates: InstallItem[]): Promise<InstallReport> {
  const { record, site, following } = tools;
  safePoint(record);
  const step = request(record, round);
  await record.step(
    'roles',
    round,
    () =>
      site.confirmRoles.executeWithOptions(summary(record, 'roles again, before the install'), [
        { ...step, before: 'install' },
      ]),
    (text) => text,
  );
  return await record.step(
    'install',
    round,
    async () => {
      record.changed = true;
      record.verified = false;
      const task = await site.startInstall.executeWithOptions(summary(record, `install ${kbs(updates)}`), [
        { ...step, updates },
      ]);
      const report = await following.followInstall.executeWithOptions(summary(record, `follow ${task.taskName}`), [
        { ...step, task },
      ]);
      record.installed += report.installed;
      record.updates = record.updates.map((known) => report.updates.find(({ id }) => id === known.id) ?? known);
      return report;
    },
    (report) => `${report.installed} of ${updates.length} installed${report.rebootRequired ? ', reboot needed' : ''}`,
  );
}

async function rescanOnce(tools: TurnTools, round: number): Promise<RescanReport> {
  const { record, site } = tools;
  const rescan = await record.step(
    'rescan',
    round,
    () => site.rescan.executeWithOptions(summary(record, `rescan, round ${round}`), [request(record, round)]),
    ({ left, others }) => `${left.length} approved left, ${others.length} others offered and not installed`,
  );
  record.updates = rescan.updates;
  record.pendingReboot = rescan.pendingReboot.length > 0;
  return rescan;
}

function refuseLoop(rescan: RescanReport, installedBefore: Set<string>, report: InstallReport | null): void {
  for (const update of report?.updates ?? []) if (update.outcome === 'installed') installedBefore.add(update.id);
  const again = rescan.left.filter((update) => installedBefore.has(update.id));
  if (again.length > 0) throw new StepFailure('UpdateLoop', `Offered again after they were installed: ${kbs(again)}.`);
}

function failedUpdates(report: InstallReport | null): StepFailure {
  const failed = report?.updates.filter((update) => update.outcome === 'failed') ?? [];
  const named = failed.map((update) => `${update.kb} (${update.detail})`).join(', ');
  return new StepFailure('UpdateFailed', `Failed again after a reboot: ${named || 'the installation'}.`);
}

function item({ id, revision, kb }: InstallItem): InstallItem {
  return { id, revision, kb };
}

function kbs(updates: { kb: string; id: string }[]): string {
  return updates.map((update) => update.kb || update.id).join(', ');
}

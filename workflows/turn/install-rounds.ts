import type { InstallItem, InstallReport, RescanReport } from '../../model/activities.ts';
import type { Baseline } from '../../model/turn.ts';
import { reboot } from './reboot.ts';
import { safePoint, windowStillFits } from './safe-point.ts';
import { StepFailure } from './step-failure.ts';
import { request, summary, type TurnTools } from './steps.ts';

/** The part of a turn's expected duration that lies ahead when a further round installs. */
const AHEAD_OF_INSTALL = 0.75;

/**
 * Installs, reboots when needed and rescans, round by round, until no approved update is left (domain.md, steps 4 to 6).
 * A round that is offered what an earlier round installed is an update loop. After a failure of the update agent the host
 * is rebooted and the round tried once more.
 */
export async function installRounds(tools: TurnTools, baseline: Baseline): Promise<void> {
  const { record } = tools;
  const { reboot: policy, limits } = record.input.settings;
  const installedBefore = new Set<string>();
  let bootTime = baseline.bootTime;
  let left: InstallItem[] = baseline.toInstall.map(item);
  let rebootTried = false;

  for (let round = 1; left.length > 0; round += 1) {
    if (round > limits.maxRounds)
      throw new StepFailure('UpdateLoop', `Updates are still offered after ${limits.maxRounds} rounds: ${kbs(left)}.`);
    if (round > 1) windowStillFits(record, AHEAD_OF_INSTALL, `installation round ${round}`);
    const report = await installOnce(tools, round, left).catch((error: unknown) => retryAfterReboot(error));
    if (report !== null) record.pendingReboot = report.rebootRequired;
    const failed = report === null || report.updates.some((update) => update.outcome === 'failed');
    if (failed && rebootTried) throw failedUpdates(report);
    rebootTried ||= failed;

    if (failed || report.rebootRequired) {
      if (policy === 'never')
        throw new StepFailure(
          'PendingReboot',
          'A reboot is needed and the input says never to reboot: reboot the host by hand, then retry it.',
        );
      bootTime = await reboot(tools, round, bootTime);
    }
    const rescan = await rescanOnce(tools, round);
    refuseLoop(rescan, installedBefore, report);
    left = rescan.left.map(item);
  }
  if (policy === 'always' && !record.rebooted) await reboot(tools, limits.maxRounds + 1, bootTime);

  function retryAfterReboot(error: unknown): null {
    if (
      error instanceof StepFailure &&
      error.rule.handling === 'reboot-and-retry' &&
      !rebootTried &&
      policy !== 'never'
    )
      return null;
    throw error;
  }
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

import type { GuardVerdict, ObservedHost, PatchPlan, PlannedTarget, PlannedWave } from '../../model/plan.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { duration, siteAndUtc } from './time.ts';

/** The frozen plan as a person approves it: what, when, in which order, and what the guards say. */
export function renderPlan(plan: PatchPlan, look: Look): string {
  const { material, observed } = plan;
  const { colours } = look;
  const zone = material.window.timeZone;
  const sections = [
    `${colours.bold(`Plan of ${plan.runbook} for ${material.change}`)}: ${material.reason}`,
    facts([
      ['Sites', material.sites.join(', ')],
      ['Window closes', siteAndUtc(material.window.closesAt, zone)],
      ['Expected end', siteAndUtc(observed.expectedEnd, zone)],
      ['Planned at', siteAndUtc(observed.plannedAt, zone)],
      ['Failure budget', budgetText(material.failureBudget)],
      ['Soak', material.soakMs === 0 ? 'none between waves' : `${duration(material.soakMs)} between waves`],
      ['Reboots', material.reboot],
      ['Snapshots', snapshotText(plan)],
      ['Approved', approvedText(plan)],
      ...(plan.simulated.length > 0 ? [['Simulated', plan.simulated.join(', ')] as [string, string]] : []),
    ]),
    ...material.window.notes.map((note) => `${colours.yellow('note')}: ${note}`),
    `${colours.bold('Waves')}\n${renderWaves(material.waves, material.targets, look)}`,
    `${colours.bold('Targets')}\n${renderTargets(plan, look)}`,
    renderGuards(plan.guards, look),
    `Plan hash ${plan.planHash}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function renderWaves(waves: PlannedWave[], targets: PlannedTarget[], look: Look): string {
  const expected = new Map(targets.map((target) => [target.host, target.expectedMs]));
  const rows = waves.map((wave, index) => [
    String(index + 1),
    `${wave.name}${wave.canary && wave.name !== 'canary' ? ' (canary)' : ''}`,
    String(wave.hosts.length),
    String(wave.concurrency),
    duration(Math.max(0, ...wave.hosts.map((host) => expected.get(host) ?? 0))),
  ]);
  return renderTable(['#', 'WAVE', 'TARGETS', 'AT ONCE', 'LONGEST TARGET'], rows, look);
}

function renderTargets(plan: PatchPlan, look: Look): string {
  const waveOf = new Map(plan.material.waves.flatMap((wave) => wave.hosts.map((host) => [host, wave.name] as const)));
  const rows = plan.material.targets.map((target) => [
    waveOf.get(target.host) ?? '-',
    target.host,
    target.site,
    target.roles.join(' ') || '-',
    target.snapshot ? 'yes' : 'no',
    duration(target.expectedMs),
    updatesText(target, plan.observed.hosts[target.host]),
  ]);
  return renderTable(['WAVE', 'HOST', 'SITE', 'ROLES', 'SNAPSHOT', 'EXPECTED', 'UPDATES'], rows, look);
}

function updatesText(target: PlannedTarget, seen: ObservedHost | undefined): string {
  if (seen?.reachable === false) return `not read: ${seen.reason}`;
  const names = target.updates.map((update) => `${update.kb || update.title}${update.rebootRequired ? '*' : ''}`);
  return names.length === 0 ? 'none left to install' : `${names.length}: ${names.join(' ')}`;
}

function renderGuards(guards: GuardVerdict[], look: Look): string {
  if (guards.length === 0) return 'Guards: none objects.';
  const paint = { refuse: look.colours.red, ask: look.colours.yellow, note: look.colours.dim };
  const rows = guards.map(({ host, guard, verdict, reason }) => [
    paint[verdict](verdict),
    host ?? 'whole run',
    guard,
    reason,
  ]);
  return `${look.colours.bold('Guards')}\n${renderTable(['SAYS', 'OF', 'GUARD', 'REASON'], rows, look)}`;
}

function snapshotText({ material: { snapshot, targets } }: PatchPlan): string {
  if (snapshot.take === 'never') return 'never';
  const kept = snapshot.keepMs === 0 ? 'removed when the host has passed' : `kept for ${duration(snapshot.keepMs)}`;
  return `of ${targets.filter((target) => target.snapshot).length} of ${targets.length} targets, ${kept}`;
}

function approvedText({ material: { approved } }: PatchPlan): string {
  const kbs = approved.kbs.map(({ kb, os }) => (os === null ? kb : `${kb} (${os.join(', ')})`));
  const excluded = approved.excludedKbs.length > 0 ? `, without ${approved.excludedKbs.join(' ')}` : '';
  return `${[...kbs, ...approved.classifications].join(', ')}${excluded}; * wants a reboot`;
}

function budgetText(budget: number): string {
  return `${budget} ${budget === 1 ? 'target' : 'targets'} failed, unreachable or unknown stop the run`;
}

/** Aligned `name  value` lines. */
export function facts(pairs: [string, string][]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

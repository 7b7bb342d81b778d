import { duration } from '../../model/duration.ts';
import type { GuardVerdict, Plan, PlanMaterial } from '../../model/plan.ts';
import { siteOf } from '../../model/queues.ts';
import type { RunbookView } from '../../runbooks/runbook.ts';
import { countOf } from './count.ts';
import type { Look } from './look.ts';
import { renderTable } from './table.ts';
import { siteAndUtc } from './time.ts';

/** The frozen plan as a person approves it: what, when, in which order, and what the guards say. */
export function renderPlan(plan: Plan, view: RunbookView, look: Look): string {
  const { material, observed } = plan;
  const { colours } = look;
  const zone = material.window.timeZone;
  const sections = [
    `${colours.bold(`Plan of ${plan.runbook} for ${material.change}`)}: ${material.reason}`,
    facts([
      ['Sites', material.sites.join(', ')],
      ...windowOpens(material.window.opensAt, zone),
      ['Window closes', siteAndUtc(material.window.closesAt, zone)],
      ['Expected end', siteAndUtc(observed.expectedEnd, zone)],
      ['Planned at', siteAndUtc(observed.plannedAt, zone)],
      ['Failure budget', `${countOf(material.failureBudget, 'target')} failed, unreachable or unknown stop the run`],
      ['Soak', material.soakMs === 0 ? 'none between waves' : `${duration(material.soakMs)} between waves`],
      ...view.planFacts(plan),
      ...(plan.simulated.length > 0 ? [['Simulated', plan.simulated.join(', ')] as [string, string]] : []),
    ]),
    ...material.window.notes.map((note) => `${colours.yellow('note')}: ${note}`),
    `${colours.bold('Waves')}\n${renderWaves(material, look)}`,
    `${colours.bold('Targets')}\n${renderTargets(plan, view, look)}`,
    renderGuards(plan.guards, look),
    `Plan hash ${plan.planHash}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function renderWaves({ waves, targets }: PlanMaterial, look: Look): string {
  const expected = new Map(targets.map(({ id, expectedMs }) => [id, expectedMs]));
  const rows = waves.map((wave, index) => [
    String(index + 1),
    `${wave.name}${wave.canary && wave.name !== 'canary' ? ' (canary)' : ''}`,
    String(wave.targets.length),
    String(wave.concurrency),
    duration(Math.max(0, ...wave.targets.map((id) => expected.get(id) ?? 0))),
  ]);
  return renderTable(['#', 'WAVE', 'TARGETS', 'AT ONCE', 'LONGEST TARGET'], rows, look);
}

function renderTargets(plan: Plan, { noun, planColumns }: RunbookView, look: Look): string {
  const { waves, targets } = plan.material;
  const waveOf = new Map(waves.flatMap((wave) => wave.targets.map((id) => [id, wave.name] as const)));
  const rows = targets.map((target) => [
    waveOf.get(target.id) ?? '-',
    target.id,
    siteOf(target.queue) || '-',
    duration(target.expectedMs),
    ...planColumns.map((column) => column.cell(target, plan)),
  ]);
  const heads = planColumns.map(({ head }) => head);
  return renderTable(['WAVE', noun.toUpperCase(), 'SITE', 'EXPECTED', ...heads], rows, look);
}

function renderGuards(guards: GuardVerdict[], look: Look): string {
  if (guards.length === 0) return 'Guards: none objects.';
  const paint = { refuse: look.colours.red, ask: look.colours.yellow, note: look.colours.dim };
  const rows = guards.map(({ target, guard, verdict, reason }) => [
    paint[verdict](verdict),
    target ?? 'whole run',
    guard,
    reason,
  ]);
  return `${look.colours.bold('Guards')}\n${renderTable(['SAYS', 'OF', 'GUARD', 'REASON'], rows, look)}`;
}

/** The line of the opening, where the window has one. */
export function windowOpens(opensAt: string | null, zone: string): [string, string][] {
  return opensAt === null ? [] : [['Window opens', siteAndUtc(opensAt, zone)]];
}

/** Aligned `name  value` lines. */
export function facts(pairs: [string, string][]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

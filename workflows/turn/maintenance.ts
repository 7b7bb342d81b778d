import type { MaintenanceRecord } from '../../model/turn.ts';
import type { Compensations } from '../compensation.ts';
import { request, summary, type TurnTools } from './steps.ts';

/** Puts every monitored object of the host into maintenance mode until the turn's expected end and a margin (domain.md, step 2). */
export async function enterMaintenance(tools: TurnTools, compensations: Compensations): Promise<void> {
  const { record, site } = tools;
  const { target, settings } = record.input;
  const until = new Date(Date.now() + target.expectedMs + settings.limits.maintenanceMarginMs).toISOString();
  compensations.add('end maintenance mode', () => leaveMaintenance(tools));
  await record.step(
    'maintenance-on',
    1,
    async () => {
      const started = await site.startMaintenance.executeWithOptions(summary(record, 'maintenance mode on'), [
        { ...request(record, 1), until },
      ]);
      record.maintenance = joined(record.maintenance, started);
      return record.maintenance;
    },
    (maintenance) =>
      maintenance === null
        ? 'the inventory names no monitoring'
        : `until ${maintenance.until} for ${maintenance.objects.join(', ')}`,
  );
}

/**
 * Extends maintenance mode where it could run out in the middle of the next step, which may last `stepMs`: an installation that
 * takes its whole time limit is no reason for an alarm at night.
 */
export async function keepMaintenance(tools: TurnTools, stepMs: number): Promise<void> {
  const { record, site } = tools;
  const { maintenance } = record;
  if (maintenance === null || Date.parse(maintenance.until) >= Date.now() + stepMs) return;
  const until = new Date(Date.now() + stepMs + record.input.settings.limits.maintenanceMarginMs).toISOString();
  await record.step(
    'maintenance-on',
    1,
    async () => {
      const extended = await site.startMaintenance.executeWithOptions(summary(record, 'maintenance mode, longer'), [
        { ...request(record, 1), until },
      ]);
      record.maintenance = joined(maintenance, extended);
    },
    () => `extended until ${until}`,
  );
}

/** What this turn and those before it put into maintenance mode: an object that still is in it from before is not started anew. */
function joined(before: MaintenanceRecord | null, started: MaintenanceRecord | null): MaintenanceRecord | null {
  if (before === null || started === null) return started ?? before;
  const objects = [...new Set([...before.objects, ...started.objects])];
  return { endpoint: started.endpoint, objects, until: before.until > started.until ? before.until : started.until };
}

/** Ends maintenance mode, where this run set it. */
export async function leaveMaintenance(tools: TurnTools): Promise<void> {
  const { record, site } = tools;
  const { maintenance } = record;
  if (maintenance === null) return;
  await record.step(
    'maintenance-off',
    1,
    async () => {
      await site.endMaintenance.executeWithOptions(summary(record, 'maintenance mode off'), [
        { ...request(record, 1), maintenance },
      ]);
      record.maintenance = null;
    },
    () => 'ended',
  );
}

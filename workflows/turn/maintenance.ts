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
      record.maintenance = await site.startMaintenance.executeWithOptions(summary(record, 'maintenance mode on'), [
        { ...request(record, 1), until },
      ]);
      return record.maintenance;
    },
    (maintenance) =>
      maintenance === null
        ? 'the inventory names no monitoring'
        : `until ${maintenance.until} for ${maintenance.objects.join(', ')}`,
  );
}

/** Ends maintenance mode, where this turn set it. */
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

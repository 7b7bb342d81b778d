import type { MaintenanceRecord } from '../../model/patch-window/turn.ts';
import { begin } from '../turn/begin.ts';
import { perhapsDone } from '../turn/step-failure.ts';
import { act } from '../turn/tools.ts';
import { request, type PatchTools } from './tools.ts';

/** Puts every monitored object of the host into maintenance mode until the turn's expected end and a margin. */
export async function enterMaintenance(tools: PatchTools): Promise<void> {
  const { record, steps, patchLimits, compensations } = tools;
  const { own, target } = record;
  const until = fromNow(target.expectedMs + patchLimits.maintenanceMarginMs);
  compensations.add('end maintenance mode', () => leaveMaintenance(tools));
  await record.step(
    'maintenance-on',
    1,
    async () => {
      const asked = begin(tools, steps.startMaintenance, 'maintenance mode on', { ...request(tools), until });
      const started = await asked.catch((error: unknown) => {
        own.maintenance = joined(own.maintenance, (perhapsDone(error) as MaintenanceRecord | undefined) ?? null);
        throw error;
      });
      own.maintenance = joined(own.maintenance, started);
      return own.maintenance;
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
export async function keepMaintenance(tools: PatchTools, stepMs: number): Promise<void> {
  const { record, steps, patchLimits } = tools;
  const { maintenance } = record.own;
  if (maintenance === null || Date.parse(maintenance.until) >= Date.now() + stepMs) return;
  const until = fromNow(stepMs + patchLimits.maintenanceMarginMs);
  await record.step(
    'maintenance-on',
    1,
    async () => {
      const asked = { ...request(tools), until };
      const extended = await begin(tools, steps.startMaintenance, 'maintenance mode, longer', asked);
      record.own.maintenance = joined(maintenance, extended);
    },
    () => `extended until ${until}`,
  );
}

/** Ends maintenance mode, where this run set it. */
export async function leaveMaintenance(tools: PatchTools): Promise<void> {
  const { record, steps } = tools;
  const { maintenance } = record.own;
  if (maintenance === null) return;
  await record.step(
    'maintenance-off',
    1,
    async () => {
      await act(tools, steps.endMaintenance, 'maintenance mode off', { ...request(tools), maintenance });
      record.own.maintenance = null;
    },
    () => 'ended',
  );
}

function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/** Objects already in maintenance mode are not reported again, so both lists are joined. */
function joined(before: MaintenanceRecord | null, started: MaintenanceRecord | null): MaintenanceRecord | null {
  if (before === null || started === null) return started ?? before;
  const objects = [...new Set([...before.objects, ...started.objects])];
  return { endpoint: started.endpoint, objects, until: before.until > started.until ? before.until : started.until };
}

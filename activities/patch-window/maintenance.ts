import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { MaintenanceRecord } from '../../model/patch-window/turn.ts';
import type { StepRequest } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callEndpoint } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, withDetail } from '../step/failure.ts';
import { endpointParameters, findEndpoint, hostAsItIs, hostAsPlanned } from '../step/inventory.ts';
import { keyOf } from '../step/keys.ts';
import { step } from '../step/step.ts';

/** SCOM refuses maintenance mode that ends in less than five minutes. */
const SHORTEST_MS = 5 * 60_000;
const COMMENT_LENGTH = 250;
/** A monitoring system keeps whole seconds. */
const TOLERANCE_MS = 2_000;

interface MaintenanceCall {
  host: InventoryHost;
  endpoint: InventoryEndpoint;
  objects: string[];
}

/**
 * Puts every object of the host into maintenance mode until `until` (5 minutes from now at least), and extends it where it ends
 * earlier. Maintenance that somebody else set for longer is left alone and is not in the record: it is not ours to end.
 */
export function startMaintenance(site: StepDependencies): PatchActivities['startMaintenance'] {
  return (request) =>
    step(async () => {
      const host = hostAsPlanned(site, request);
      if (host.monitoring === undefined) return null;
      const { objects } = host.monitoring;
      const endpoint = findEndpoint(site, host.monitoring.endpoint, host);
      const until = new Date(Math.max(Date.parse(request.until), Date.now() + SHORTEST_MS)).toISOString();
      const states = await readMaintenance(site, request, { host, endpoint, objects });
      const longer = new Set(
        states.filter((state) => state.inMaintenance && endsAfter(state.until, until)).map(({ object }) => object),
      );
      const ours = objects.filter((object) => !longer.has(object));
      const record: MaintenanceRecord = { endpoint: endpoint.name, objects: ours, until };
      if (ours.length === 0) return record;
      await start(site, request, { host, endpoint, objects: ours }, until).catch((error: unknown) => {
        // It may be on: whoever goes on from here has to end it, or to know of it.
        throw failureTypeOf(error) === 'MaintenanceFailed' ? withDetail(error, { perhaps: record }) : error;
      });
      return record;
    });
}

/** Ends maintenance mode on the objects of the record that are still in it. */
export function endMaintenance(site: StepDependencies): PatchActivities['endMaintenance'] {
  return (request) =>
    step(async () => {
      const host = hostAsItIs(site, request);
      const { objects } = request.maintenance;
      if (objects.length === 0) return null;
      const endpoint = findEndpoint(site, request.maintenance.endpoint, host);
      const states = await readMaintenance(site, request, { host, endpoint, objects });
      const on = states.filter(({ inMaintenance }) => inMaintenance).map(({ object }) => object);
      if (on.length === 0) return null;
      const answer = await callEndpoint(site, SCRIPTS.stopMaintenanceMode, endpoint, {
        parameters: {
          ...endpointParameters(endpoint),
          Objects: on,
          Comment: comment(request),
          Key: keyOf(request, 'maintenance-off'),
        },
        limitMs: request.limits.callMs,
        host,
        silence: 'MaintenanceFailed',
      });
      const left = answer.objects.filter(({ inMaintenance }) => inMaintenance).map(({ object }) => object);
      if (left.length > 0) throw refused(host, `${left.join(', ')} stayed in maintenance mode on ${endpoint.name}.`);
      return null;
    });
}

async function start(
  site: StepDependencies,
  request: StepRequest,
  { host, endpoint, objects }: MaintenanceCall,
  until: string,
): Promise<void> {
  const answer = await callEndpoint(site, SCRIPTS.startMaintenanceMode, endpoint, {
    parameters: {
      ...endpointParameters(endpoint),
      Objects: objects,
      Until: until,
      Comment: comment(request),
      Key: keyOf(request, 'maintenance-on'),
    },
    limitMs: request.limits.callMs,
    host,
    silence: 'MaintenanceFailed',
  });
  const on = new Set(answer.objects.filter(({ inMaintenance }) => inMaintenance).map(({ object }) => object));
  const missing = objects.filter((object) => !on.has(object));
  if (missing.length > 0)
    throw refused(host, `${missing.join(', ')} did not go into maintenance mode on ${endpoint.name}.`);
}

async function readMaintenance(
  site: StepDependencies,
  request: StepRequest,
  { host, endpoint, objects }: MaintenanceCall,
): Promise<{ object: string; inMaintenance: boolean; until: string | null }[]> {
  const answer = await callEndpoint(site, SCRIPTS.getMaintenanceMode, endpoint, {
    parameters: { ...endpointParameters(endpoint), Objects: objects },
    limitMs: request.limits.callMs,
    host,
    silence: 'MaintenanceFailed',
  });
  return answer.objects;
}

function endsAfter(until: string | null, wanted: string): boolean {
  return until !== null && Date.parse(until) > Date.parse(wanted) + TOLERANCE_MS;
}

/** Tells whoever looks at the monitoring system which run it was. */
function comment({ run }: StepRequest): string {
  return `fettle ${run.runId} (${run.change}): ${run.reason}`.slice(0, COMMENT_LENGTH);
}

function refused(host: InventoryHost, reason: string): Error {
  const question = `${reason} Set or end it there by hand, then retry ${host.name}.`;
  return failure('MaintenanceFailed', reason, { host: host.name, question });
}

import type { HostFacts } from '../../../model/patch-window/facts.ts';
import type { InventoryHost } from '../../../model/inventory.ts';
import type { PlannedWave } from '../../../model/plan.ts';
import { objection } from './guard.ts';
import type { GuardFinding } from './guard.ts';

export interface ControlPlaneContext {
  host: InventoryHost;
  /** Null when the host could not be read. */
  facts: Pick<HostFacts, 'roles'> | null;
  targets: InventoryHost[];
  waves: PlannedWave[];
}

/**
 * A `controlPlane` host, or a hypervisor with targets on it, is refused unless it is alone in a last wave.
 * It looks at the whole plan, so it speaks at planning only: the plan's waves do not change afterwards.
 */
export function controlPlane({ host, facts, targets, waves }: ControlPlaneContext): GuardFinding[] {
  const guests = targets.filter((target) => target.name !== host.name && runsOn(target, host, facts));
  if (!host.controlPlane && guests.length === 0) return [];
  const last = waves.at(-1);
  if (last?.targets.length === 1 && last.targets[0] === host.name) return [];
  const why = host.controlPlane
    ? 'carries what this run itself leans on (controlPlane)'
    : `is the hypervisor of ${guests.map(({ name }) => name).join(', ')}`;
  return [objection('control-plane', 'ControlPlane', `${host.name} ${why}, and is not alone in the last wave.`)];
}

function runsOn(target: InventoryHost, host: InventoryHost, facts: Pick<HostFacts, 'roles'> | null): boolean {
  if (target.virtualization === 'physical') return false;
  const { endpoint, vmId } = target.virtualization;
  if (endpoint === host.name) return true;
  const names = [target.name, target.name.split('.')[0], vmId.toLowerCase()];
  return facts?.roles.guests.some((guest) => names.includes(guest.toLowerCase())) ?? false;
}

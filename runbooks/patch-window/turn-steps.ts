import type { InventoryHost } from '../../model/inventory.ts';
import type { FrozenUpdate, RebootPolicy } from '../../model/patch-window/plan.ts';
import type { SnapshotDecision } from './snapshot.ts';

export interface StepContext extends SnapshotDecision {
  host: InventoryHost;
  updates: FrozenUpdate[];
  reboot: RebootPolicy;
  finishPendingReboot: boolean;
  removesSnapshot: boolean;
  probes: number;
}

const REBOOT: Record<RebootPolicy, string> = {
  'when-required': 'Reboot when Windows asks for it',
  always: 'Reboot at least once',
  never: 'No reboot: a needed one is left to a person',
};

/** The steps of a target's turn in order, one line each, as the operator reads them in the plan. */
export function turnSteps(context: StepContext): string[] {
  const { host, updates, snapshot, snapshotReason, removesSnapshot } = context;
  const megabytes = Math.ceil(updates.reduce((sum, { sizeMb }) => sum + sizeMb, 0));
  const names = updates.map(({ kb, title }) => (kb === '' ? title : kb)).join(', ');
  return [
    'Check roles, backup, pending reboot, disk and scan again',
    ...(context.finishPendingReboot ? ['Finish a pending reboot first, if there is one'] : []),
    host.monitoring === undefined
      ? 'No maintenance mode: the inventory names no monitoring'
      : `Maintenance mode on ${host.monitoring.endpoint}: ${host.monitoring.objects.join(', ')}`,
    snapshot ? `Snapshot ${snapshotReason}` : `No snapshot: ${snapshotReason}`,
    updates.length === 0 ? 'Nothing to install as of planning' : `Install ${names} (${megabytes} MB)`,
    REBOOT[context.reboot],
    'Scan again until no approved update is left',
    `Verify services, ${context.probes} probes${host.redundancyGroup === undefined ? '' : ` and group ${host.redundancyGroup}`}`,
    ...(snapshot && removesSnapshot ? ['Remove the snapshot'] : []),
    ...(host.monitoring === undefined ? [] : ['End maintenance mode']),
  ];
}

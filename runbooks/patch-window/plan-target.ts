import { hostTurnId } from '../../model/ids.ts';
import { groupLockId } from '../../model/locks.ts';
import type { InventoryHost, Probe } from '../../model/inventory.ts';
import type { HostFacts } from '../../model/patch-window/facts.ts';
import type {
  ApprovedSet,
  FrozenUpdate,
  PatchSettings,
  PlannedHost,
  SnapshotPolicy,
} from '../../model/patch-window/plan.ts';
import { siteQueue } from '../../model/queues.ts';
import { namedHosts, selects } from '../input/targets.ts';
import { inventoryDigest } from '../planning/canonical-json.ts';
import type { Sha256 } from '../planning/canonical-json.ts';
import type { PatchWindowInput } from './input.ts';
import { decideSnapshot } from './snapshot.ts';
import { turnSteps } from './turn-steps.ts';
import { canonicalKb, isApproved, updateOutcomes } from './updates.ts';

export interface TargetContext {
  host: InventoryHost;
  /** Null when the host could not be read. */
  facts: HostFacts | null;
  input: PatchWindowInput;
  approved: ApprovedSet;
  snapshotPolicy: SnapshotPolicy;
  settings: PatchSettings;
  sha256: Sha256;
}

/** Freezes one target: its updates by id and revision, its snapshot, what its turn excludes, how long it takes, its steps. */
export function planTarget(context: TargetContext): PlannedHost {
  const { host, facts, input, approved, snapshotPolicy, settings } = context;
  const updates = frozenUpdates(facts, approved, host.os);
  const decision = decideSnapshot(host, snapshotPolicy, facts?.roles ?? null);
  const probes = addedProbes(host, input);
  return {
    id: host.name,
    lock: hostTurnId(host.name),
    queue: siteQueue(host.site),
    exclusive: host.redundancyGroup === undefined ? [] : [groupLockId(host.redundancyGroup)],
    expectedMs: expectedDuration(host, settings) ?? settings.limits.installMs + settings.limits.rebootMs,
    steps: turnSteps({
      ...decision,
      host,
      updates,
      removesSnapshot: snapshotPolicy.keepMs === 0,
      reboot: input.reboot,
      finishPendingReboot: input.finishPendingReboot,
      probes: host.probes.length + probes.length,
    }),
    own: {
      os: host.os,
      roles: host.roles,
      inventoryDigest: inventoryDigest(host, context.sha256),
      updates,
      otherUpdates: facts === null ? [] : otherUpdates(facts, approved, host.os, updates),
      ...decision,
      ...(probes.length === 0 ? {} : { probes }),
      ...ownRebootLimit(host, settings),
    },
  };
}

/** Expected duration of a host's turn in milliseconds; undefined when the settings do not know its class. */
export function expectedDuration(host: InventoryHost, { durationClasses }: PatchSettings): number | undefined {
  return Object.hasOwn(durationClasses, host.durationClass) ? durationClasses[host.durationClass] : undefined;
}

/** A physical server, or a cumulative update on an old Windows, takes its time: the class may have a limit of its own. */
function ownRebootLimit({ durationClass }: InventoryHost, { rebootLimits }: PatchSettings): { rebootMs?: number } {
  const rebootMs = Object.hasOwn(rebootLimits, durationClass) ? rebootLimits[durationClass] : undefined;
  return rebootMs === undefined ? {} : { rebootMs };
}

function frozenUpdates(facts: HostFacts | null, approved: ApprovedSet, os: string): FrozenUpdate[] {
  return (facts?.offered ?? [])
    .filter((update) => isApproved(update, approved, os))
    .map(({ id, revision, kb, title, classification, sizeMb, rebootRequired }) => ({
      id,
      revision,
      kb: canonicalKb(kb),
      title,
      classification,
      sizeMb,
      rebootRequired,
    }))
    .toSorted((a, b) => a.kb.localeCompare(b.kb) || a.id.localeCompare(b.id));
}

function otherUpdates(facts: HostFacts, approved: ApprovedSet, os: string, updates: FrozenUpdate[]) {
  const frozen = new Set(updates.map(({ kb, id }) => `${kb}/${id}`));
  return updateOutcomes(approved, os, facts).filter(({ kb, id }) => !frozen.has(`${kb}/${id}`));
}

function addedProbes(host: InventoryHost, input: PatchWindowInput): Probe[] {
  return (input.probes ?? [])
    .filter(({ targets }) => {
      const everywhere = (targets.names ?? targets.tags ?? targets.roles) === undefined;
      const byName = namedHosts(targets.names ?? [], '', [host], []).length > 0;
      return everywhere || byName || selects(targets, host);
    })
    .map(({ probe }) => probe);
}

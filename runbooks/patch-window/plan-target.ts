import type { HostFacts } from '../../model/facts.ts';
import { groupHoldId } from '../../model/ids.ts';
import type { InventoryHost, Probe } from '../../model/inventory.ts';
import type { Policies } from '../../model/organisation.ts';
import type { ApprovedSet, FrozenUpdate, PlannedTarget, SnapshotPolicy } from '../../model/plan.ts';
import { inventoryDigest } from './canonical-json.ts';
import type { Sha256 } from './canonical-json.ts';
import type { PatchWindowInput } from './input.ts';
import { decideSnapshot } from './snapshot.ts';
import { turnSteps } from './steps.ts';
import { namedHosts, selects } from './targets.ts';
import { canonicalKb, isApproved, updateOutcomes } from './updates.ts';

export interface TargetContext {
  host: InventoryHost;
  /** Null when the host could not be read. */
  facts: HostFacts | null;
  input: PatchWindowInput;
  approved: ApprovedSet;
  snapshotPolicy: SnapshotPolicy;
  policies: Policies;
  sha256: Sha256;
}

/** Freezes one target: its updates by id and revision, its snapshot, what its turn excludes, how long it takes, its steps. */
export function planTarget(context: TargetContext): PlannedTarget {
  const { host, facts, input, approved, snapshotPolicy, policies } = context;
  const updates = frozenUpdates(facts, approved, host.os);
  const decision = decideSnapshot(host, snapshotPolicy, facts?.roles ?? null);
  const removesSnapshot = snapshotPolicy.keepMs === 0;
  const probes = addedProbes(host, input);
  return {
    host: host.name,
    site: host.site,
    os: host.os,
    roles: host.roles,
    redundancyGroup: host.redundancyGroup ?? null,
    inventoryDigest: inventoryDigest(host, context.sha256),
    updates,
    otherUpdates: facts === null ? [] : otherUpdates(facts, approved, host.os, updates),
    ...decision,
    exclusive: host.redundancyGroup === undefined ? [] : [groupHoldId(host.redundancyGroup)],
    ...(probes.length === 0 ? {} : { probes }),
    ...ownRebootLimit(host, policies),
    expectedMs: expectedDuration(host, policies) ?? policies.limits.installMs + policies.limits.rebootMs,
    steps: turnSteps({
      ...decision,
      host,
      updates,
      removesSnapshot,
      reboot: input.reboot,
      finishPendingReboot: input.finishPendingReboot,
      probes: host.probes.length + probes.length,
    }),
  };
}

/** Expected duration of a host's turn in milliseconds; undefined when the policies do not know its class. */
export function expectedDuration(host: InventoryHost, policies: Policies): number | undefined {
  return Object.hasOwn(policies.durationClasses, host.durationClass)
    ? policies.durationClasses[host.durationClass]
    : undefined;
}

/** "Reboot 60 min by default, per class" (domain.md, Patch window, Timeouts). */
function ownRebootLimit({ durationClass }: InventoryHost, { rebootLimits }: Policies): { rebootMs?: number } {
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

import type { HostFacts, OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { ApprovedKb, ApprovedSet } from '../../model/patch-window/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { closest } from '../input/close-match.ts';
import type { PatchWindowInput } from './input.ts';
import { canonicalKb, isApproved } from './updates.ts';

/** A host's answer to the survey, as far as approval goes. */
type Offer = { os: string; facts: Pick<HostFacts, 'offered'> };

/**
 * Freezes what may be installed: the KBs by name, and by id and revision every update that any target is offered and whose KB or
 * classification is approved. What turns up later is installed only if it stands in this set.
 */
export function freezeApproval(updates: PatchWindowInput['updates'], offers: Offer[]): ApprovedSet {
  const byName: ApprovedSet = {
    kbs: mergeKbs(updates.kbs ?? []),
    classifications: [...new Set(updates.classifications ?? [])].toSorted(),
    excludedKbs: [...new Set(updates.excludeKbs ?? [])].toSorted(),
    updates: [],
  };
  const wanted = new Set(byName.classifications.map((name) => name.toLowerCase()));
  const excluded = (update: OfferedUpdate) => byName.excludedKbs.includes(canonicalKb(update.kb));
  const frozen = new Map<string, ApprovedSet['updates'][number]>();
  for (const { os, facts } of offers) {
    for (const update of facts.offered) {
      const approved =
        isApproved(update, byName, os) || (wanted.has(update.classification.toLowerCase()) && !excluded(update));
      const { id, revision } = update;
      if (approved)
        frozen.set(`${canonicalKb(update.kb)}/${id}/${revision}`, { id, revision, kb: canonicalKb(update.kb) });
    }
  }
  const order = [...frozen.keys()].toSorted();
  return { ...byName, updates: order.flatMap((key) => frozen.get(key) ?? []) };
}

function mergeKbs(kbs: ApprovedKb[]): ApprovedKb[] {
  const merged = new Map<string, string[] | null>();
  for (const { kb, os } of kbs) {
    const before = merged.get(kb);
    const everywhere = os === null || before === null;
    merged.set(kb, everywhere ? null : [...new Set([...(before ?? []), ...os])].toSorted());
  }
  return [...merged].map(([kb, os]) => ({ kb, os })).toSorted((a, b) => a.kb.localeCompare(b.kb));
}

/** An operating system that no host has would make its KB apply to nobody, silently. */
export function unknownOs(updates: PatchWindowInput['updates'], known: string[]): Problem[] {
  return (updates.kbs ?? []).flatMap(({ kb, os }, index) =>
    (os ?? []).flatMap((name) => {
      if (known.some((one) => one.toLowerCase() === name.trim().toLowerCase())) return [];
      const near = closest(name, known)[0];
      const message = `no host of the inventory has the operating system ${name}, for which ${kb} is approved`;
      return [{ path: `updates.kbs[${index}].os`, message, expected: near ?? `one of ${known.join(', ')}` }];
    }),
  );
}

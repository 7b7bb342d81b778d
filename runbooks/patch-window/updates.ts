import type { InstalledUpdate, OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { ApprovedSet, FrozenUpdate, UpdateResult } from '../../model/patch-window/plan.ts';

/** One line of the host's update history. */
export interface HistoryEntry {
  id: string;
  kb: string;
  result: 'succeeded' | 'succeeded-with-errors' | 'failed' | 'aborted';
  hresult: string;
  at: string;
}

/** What a host shows of its updates, at planning or after an installation. */
export interface UpdateFacts {
  offered: OfferedUpdate[];
  installed: InstalledUpdate[];
  history?: HistoryEntry[] | undefined;
  /** The target's frozen updates: they get an outcome also when nothing names them any more. */
  frozen?: Pick<FrozenUpdate, 'id' | 'kb'>[] | undefined;
  /** What was installed from this time on counts as `installed`, what is older as `already-installed`. ISO 8601. */
  since?: string | undefined;
}

type UpdateName = Pick<OfferedUpdate, 'id' | 'revision' | 'kb'>;

/** `kb5031364` and `KB5031364` are one. */
export function canonicalKb(kb: string): string {
  return kb.trim().toUpperCase();
}

function sameOs(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

/**
 * Whether an update may be installed on a host with this operating system: frozen by id and revision, or approved by its KB;
 * never when its KB is excluded (model/plan.ts, ApprovedSet).
 */
export function isApproved(update: UpdateName, approved: ApprovedSet, os: string): boolean {
  const kb = canonicalKb(update.kb);
  if (kb !== '' && approved.excludedKbs.includes(kb)) return false;
  if (approved.updates.some(({ id, revision }) => id === update.id && revision === update.revision)) return true;
  const byKb = approved.kbs.find((entry) => entry.kb === kb);
  return byKb !== undefined && appliesTo(byKb.os, os);
}

function appliesTo(listed: string[] | null, os: string): boolean {
  return listed === null || listed.some((one) => sameOs(one, os));
}

/**
 * The outcome of every approved update on one host, as the host shows it now. "Success is per (target, update)"; approved but
 * not offered is never success. Covers the KBs that are approved by name, what the host is offered
 * of the approved set, and what its plan froze.
 */
export function updateOutcomes(approved: ApprovedSet, os: string, facts: UpdateFacts): UpdateResult[] {
  return candidates(approved, os, facts).map(({ kb, id }) => {
    const byName = approved.kbs.find((entry) => kb !== '' && entry.kb === kb);
    const here =
      facts.frozen?.some((update) => update.id === id) === true ||
      facts.offered.some((update) => names(update, kb, id) && isApproved(update, approved, os));
    if (byName !== undefined && !here && !appliesTo(byName.os, os)) {
      return { kb, id, outcome: 'not-applicable', detail: `approved for ${(byName.os ?? []).join(', ')} only` };
    }
    return { kb, id, ...outcomeOf(approved, os, facts, kb, id) };
  });
}

function candidates(approved: ApprovedSet, os: string, facts: UpdateFacts): { kb: string; id: string }[] {
  const found = new Map<string, { kb: string; id: string }>();
  const add = (kb: string, id: string) => {
    const key = kb === '' ? id : kb;
    // A KB that is approved by name gets its id as soon as the host tells it.
    if ((found.get(key)?.id ?? '') === '') found.set(key, { kb, id });
  };
  for (const { kb } of approved.kbs) add(kb, '');
  for (const { kb, id } of facts.frozen ?? []) add(canonicalKb(kb), id);
  for (const update of facts.offered) if (isApproved(update, approved, os)) add(canonicalKb(update.kb), update.id);
  return [...found.values()].toSorted((a, b) => order(a).localeCompare(order(b)));
}

const order = ({ kb, id }: { kb: string; id: string }): string => `${kb}/${id}`;

function isOffered(facts: UpdateFacts, kb: string, id: string): boolean {
  return facts.offered.some((update) => names(update, kb, id));
}

function names(update: { kb: string; id?: string }, kb: string, id: string): boolean {
  return kb === '' ? update.id === id : canonicalKb(update.kb) === kb;
}

function outcomeOf(
  approved: ApprovedSet,
  os: string,
  facts: UpdateFacts,
  kb: string,
  id: string,
): Pick<UpdateResult, 'outcome' | 'detail'> {
  const last = (facts.history ?? [])
    .filter((entry) => names(entry, kb, id))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
  if (last?.result === 'succeeded' || last?.result === 'succeeded-with-errors') {
    return { outcome: 'installed', detail: last.result === 'succeeded' ? '' : `with errors ${last.hresult}` };
  }
  const installed = kb === '' ? undefined : facts.installed.find((update) => canonicalKb(update.kb) === kb);
  if (installed !== undefined) {
    const now = facts.since !== undefined && Date.parse(installed.installedAt) >= Date.parse(facts.since);
    return { outcome: now ? 'installed' : 'already-installed', detail: '' };
  }
  if (last !== undefined) return { outcome: 'failed', detail: last.hresult };
  if (isOffered(facts, kb, id)) return { outcome: 'not-attempted', detail: '' };
  return replaced(approved, os, facts, kb);
}

/** Superseded counts only when the successor is there or comes with this run: otherwise the host would lack the fix. */
function replaced(
  approved: ApprovedSet,
  os: string,
  facts: UpdateFacts,
  kb: string,
): Pick<UpdateResult, 'outcome' | 'detail'> {
  const replaces = (update: { supersedes: string[] }) =>
    kb !== '' && update.supersedes.some((old) => canonicalKb(old) === kb);
  const there = facts.installed.find(replaces);
  if (there !== undefined) return { outcome: 'superseded', detail: canonicalKb(there.kb) };
  const offered = facts.offered.find(replaces);
  if (offered === undefined) return { outcome: 'not-offered', detail: '' };
  if (isApproved(offered, approved, os)) return { outcome: 'superseded', detail: canonicalKb(offered.kb) };
  return { outcome: 'not-offered', detail: `superseded by ${canonicalKb(offered.kb)}, which is not approved` };
}

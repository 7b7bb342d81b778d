import type { InstallItem, InstallReport, InstallTask } from '../../model/activities.ts';
import type { InstalledUpdate, OfferedUpdate } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { ApprovedSet } from '../../model/plan.ts';
import type { FailureType } from '../../model/failures.ts';
import { UPDATE_AGENT_FAILURES } from '../../runbooks/patch-window/scripts/shapes.ts';
import { updateOutcomes } from '../../runbooks/patch-window/updates.ts';
import type { HistoryEntry } from '../../runbooks/patch-window/updates.ts';

/** What the host's update history and list of installed updates say, read afresh after the task. */
export interface UpdateTrace {
  history: HistoryEntry[];
  installed: InstalledUpdate[];
  rebootRequired: boolean;
}

/**
 * What became of each update of the task. The task's own word is progress, not proof: history and installed updates decide
 * (domain.md, The scheduled task).
 */
export function installReport(task: InstallTask, host: InventoryHost, trace: UpdateTrace): InstallReport {
  const updates = updateOutcomes(exactly(task.updates), host.os, {
    offered: task.updates.map(asOffered),
    installed: trace.installed,
    history: trace.history,
    frozen: task.updates,
    since: task.startedAt,
  });
  const installed = updates.filter(({ outcome }) => outcome === 'installed').length;
  return { updates, installed, rebootRequired: trace.rebootRequired };
}

/** Whether the host shows anything at all of the task's updates. */
export function leftNoTrace({ updates }: InstallReport): boolean {
  return updates.every(({ outcome }) => outcome === 'not-attempted');
}

/**
 * The one cause for which a task installed nothing: the task's own error, or the HRESULT that all of its updates failed with.
 * Null when something was installed, or when each update has a story of its own.
 */
export function commonCause(report: InstallReport, taskError: { hresult: string } | null): string | null {
  if (report.installed > 0) return null;
  if (taskError !== null) return taskError.hresult;
  const [first, ...others] = report.updates;
  if (first?.outcome !== 'failed') return null;
  const same = others.every(({ outcome, detail }) => outcome === 'failed' && detail === first.detail);
  return same ? first.detail : null;
}

/** What an HRESULT of the update agent means; null for one that speaks of the update itself. */
export function agentFailure(hresult: string): FailureType | null {
  const wanted = hresult.toLowerCase();
  return Object.entries(UPDATE_AGENT_FAILURES).find(([code]) => code.toLowerCase() === wanted)?.[1] ?? null;
}

function exactly(items: InstallItem[]): ApprovedSet {
  return { kbs: [], classifications: [], excludedKbs: [], updates: items };
}

/** The task was given what the host was offered, so an update without a trace was not attempted. */
function asOffered({ id, revision, kb }: InstallItem): OfferedUpdate {
  return { id, revision, kb, title: kb, classification: '', sizeMb: 0, rebootRequired: false, supersedes: [] };
}

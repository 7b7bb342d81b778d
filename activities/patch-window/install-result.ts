import type { FailureType } from '../../model/failures.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { InstallItem, InstallReport, InstallTask } from '../../model/patch-window/activities.ts';
import type { InstalledUpdate, OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { ApprovedSet } from '../../model/patch-window/plan.ts';
import { UPDATE_AGENT_FAILURES } from '../../runbooks/patch-window/scripts/shapes.ts';
import { updateOutcomes, type HistoryEntry } from '../../runbooks/patch-window/updates.ts';
import { failure } from '../step/failure.ts';
import type { HostState } from './host-facts.ts';

/** What the host's update history and list of installed updates say, read afresh after the task. */
export interface UpdateTrace {
  history: HistoryEntry[];
  installed: InstalledUpdate[];
  rebootRequired: boolean;
}

/** What a task says of its own end. */
export interface TaskEnd {
  state: 'running' | 'finished' | 'missing';
  error: { hresult: string; message: string } | null;
}

/** What became of each update of the task. The task's own word is progress, not proof: history and installed updates decide. */
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

function exactly(items: InstallItem[]): ApprovedSet {
  return { kbs: [], classifications: [], excludedKbs: [], updates: items };
}

/** The task was given what the host was offered, so an update without a trace was not attempted. */
function asOffered({ id, revision, kb }: InstallItem): OfferedUpdate {
  return { id, revision, kb, title: kb, classification: '', sizeMb: 0, rebootRequired: false, supersedes: [] };
}

/**
 * 0x80240016 means another installation in progress *or* a restart pending. Only a look at the installer tells which: it is a
 * reboot when Windows wants one and neither an installation nor servicing runs, and waiting otherwise.
 */
export async function rebootOrBusy(
  host: InventoryHost,
  { happened, once }: { happened: string; once: boolean },
  look: () => Promise<HostState>,
): Promise<Error> {
  const { installer } = await look();
  const detail = { host: host.name, hresult: '0x80240016' };
  if (installer.rebootRequired && !installer.busy && !installer.servicing)
    return failure('UpdateNeedsReboot', `${host.name} wants a reboot before it installs: ${happened}`, detail);
  const why = installer.busy ? 'another installation runs' : 'servicing is in progress or the installer is not ready';
  return failure('UpdateBusy', `${host.name} cannot install now, ${why}: ${happened}`, detail, { once });
}

/**
 * The failure of a task that installed nothing for one reason, or of which nothing can be told; null where the report says it all.
 * None of these failures is retried in place: the task is over and removed, so trying again means a new round with a new task.
 */
export async function oneCause(
  host: InventoryHost,
  { state, error, report }: TaskEnd & { report: InstallReport },
  look: () => Promise<HostState>,
): Promise<Error | null> {
  const hresult = commonCause(report, error);
  if (hresult !== null) {
    const happened = `${error?.message ?? 'every update failed'} (${hresult})`;
    const type = agentFailure(hresult) ?? (leftNoTrace(report) ? 'UpdateFailed' : null);
    if (type === 'UpdateNeedsReboot') return await rebootOrBusy(host, { happened, once: true }, look);
    if (type !== null)
      return failure(type, `${host.name} installed nothing: ${happened}`, { host: host.name, hresult }, { once: true });
  }
  if (state !== 'missing' || !leftNoTrace(report)) return null;
  return failure('StateUnknown', `The update task on ${host.name} is gone, and its history says nothing of it.`, {
    host: host.name,
    question: `What removed the update task on ${host.name}? Look at its update history, then retry, skip or abort.`,
  });
}

/** Whether the host shows nothing at all of the task's updates. */
function leftNoTrace({ updates }: InstallReport): boolean {
  return updates.every(({ outcome }) => outcome === 'not-attempted');
}

/**
 * The one cause for which a task installed nothing: the task's own error, or the HRESULT that all of its updates failed with.
 * Null when something was installed, or when each update has a story of its own.
 */
function commonCause(report: InstallReport, taskError: { hresult: string } | null): string | null {
  if (report.installed > 0) return null;
  if (taskError !== null) return taskError.hresult;
  const [first, ...others] = report.updates;
  if (first?.outcome !== 'failed') return null;
  const same = others.every(({ outcome, detail }) => outcome === 'failed' && detail === first.detail);
  return same ? first.detail : null;
}

/** What an HRESULT of the update agent means; null for one that speaks of the update itself. */
function agentFailure(hresult: string): FailureType | null {
  const wanted = hresult.toLowerCase();
  return Object.entries(UPDATE_AGENT_FAILURES).find(([code]) => code.toLowerCase() === wanted)?.[1] ?? null;
}

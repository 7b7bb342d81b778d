import type { InstallReport } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import { failure } from '../failure.ts';
import type { HostState } from './facts.ts';
import { agentFailure, commonCause, leftNoTrace } from './install-report.ts';

interface InstallEnd {
  state: 'running' | 'finished' | 'missing';
  error: { hresult: string; message: string } | null;
  report: InstallReport;
}

/**
 * 0x80240016 means another installation in progress *or* a restart pending. Only a look at the installer tells which: it is a
 * reboot when Windows wants one and neither an installation nor servicing runs, and waiting otherwise (domain.md, Failures).
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
 * Fails when a task installed nothing for one reason, or when nothing can be told of it. None of these failures is retried in
 * place: the task is over and removed, so trying again means a new round with a new task.
 */
export async function failForOneCause(
  host: InventoryHost,
  { state, error, report }: InstallEnd,
  look: () => Promise<HostState>,
): Promise<void> {
  const hresult = commonCause(report, error);
  if (hresult !== null) {
    const happened = `${error?.message ?? 'every update failed'} (${hresult})`;
    const type = agentFailure(hresult) ?? (leftNoTrace(report) ? 'UpdateFailed' : null);
    if (type === 'UpdateNeedsReboot') throw await rebootOrBusy(host, { happened, once: true }, look);
    if (type !== null)
      throw failure(type, `${host.name} installed nothing: ${happened}`, { host: host.name, hresult }, { once: true });
  }
  if (state !== 'missing' || !leftNoTrace(report)) return;
  throw failure('StateUnknown', `The update task on ${host.name} is gone, and its history says nothing of it.`, {
    host: host.name,
    question: `What removed the update task on ${host.name}? Look at its update history, then retry, skip or abort.`,
  });
}

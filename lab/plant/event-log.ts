import type { PlantVerbs, EventLogEntry } from './api.ts';
import type { Machine } from './machine.ts';

type Verb = PlantVerbs['Get-FettleEventExcerpt'];

/** What went wrong on a machine, as its System log has it: installations that failed, services that did not come up; newest first. */
export function eventExcerpt(
  { history, failedStarts }: Pick<Machine, 'history' | 'failedStarts'>,
  { since, maximum }: Verb['request'],
): Verb['answer'] {
  const from = Date.parse(since);
  const installations = history
    .filter(({ result }) => result === 'failed' || result === 'aborted')
    .map(({ at, kb, hresult }) => {
      const message = `Installation Failure: Windows failed to install the following update with error ${hresult}: ${kb}.`;
      return entry(at, 'Microsoft-Windows-WindowsUpdateClient', 20, message);
    });
  const starts = failedStarts.map(({ at, service }) => {
    const message = `The ${service} service failed to start due to the following error: The service did not respond to the start or control request in a timely fashion.`;
    return entry(at, 'Service Control Manager', 7000, message);
  });
  const events = [...installations, ...starts].filter(({ at }) => Date.parse(at) >= from);
  return { events: events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, maximum) };
}

function entry(at: string, source: string, id: number, message: string): EventLogEntry {
  return { at, log: 'System', level: 'error', source, id, message };
}

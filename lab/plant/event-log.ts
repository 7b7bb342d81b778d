import type { PlantVerbs, EventLogEntry } from './api.ts';
import type { Machine } from './machine.ts';

type Verb = PlantVerbs['Get-FettleEventExcerpt'];

/** The failed installations of a machine, as its System log has them; newest first. */
export function eventExcerpt(
  { history }: Pick<Machine, 'history'>,
  { since, maximum }: Verb['request'],
): Verb['answer'] {
  const from = Date.parse(since);
  const events = history
    .filter(({ result, at }) => (result === 'failed' || result === 'aborted') && Date.parse(at) >= from)
    .map(({ at, kb, hresult }): EventLogEntry => ({
      at,
      log: 'System',
      level: 'error',
      source: 'Microsoft-Windows-WindowsUpdateClient',
      id: 20,
      message: `Installation Failure: Windows failed to install the following update with error ${hresult}: ${kb}.`,
    }));
  return { events: events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, maximum) };
}

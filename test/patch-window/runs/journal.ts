import type { JournalEntry, Plant } from '../../../lab/plant/index.ts';

/** The effects of a turn in which nothing goes wrong, with two updates to install. */
export const WHOLE_TURN = [
  'maintenance-on',
  'snapshot-taken',
  'install-started',
  'update-installed',
  'update-installed',
  'task-removed',
  'reboot',
  'maintenance-off',
];

/** What was done to a host and on its behalf, at endpoints too: by the host's name in the idempotency key. */
export function effectsOf(plant: Plant, host: string): JournalEntry[] {
  return plant.journal().filter(({ key }) => key.includes(`/${host}/`));
}

export function namesOf(entries: readonly JournalEntry[]): string[] {
  return entries.map(({ effect }) => effect);
}

/** Effects that the plant shows more than once for one key; a task's several updates are effects of their own. */
export function repeated(entries: readonly JournalEntry[]): string[] {
  const seen = new Map<string, number>();
  for (const { effect, key, detail } of entries) {
    const what = effect.startsWith('update-') ? `${effect} ${key} ${detail}` : `${effect} ${key}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  return [...seen].filter(([, times]) => times > 1).map(([what]) => what);
}

/** The times between which a host's turn changed something, in milliseconds of the epoch. */
export function spanOf(entries: readonly JournalEntry[]): { from: number; to: number } {
  const times = entries.map(({ at }) => Date.parse(at));
  return { from: Math.min(...times), to: Math.max(...times) };
}

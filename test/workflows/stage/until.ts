import { setTimeout as wait } from 'node:timers/promises';

const WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** Looks until `isSo` says yes: for what only a query can tell. Unlike vitest's own, it works in a script too. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${WITHIN_MS / 1000} s: ${what}.`);
    await wait(LOOK_EVERY_MS);
  }
}

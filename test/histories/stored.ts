import { readdir, readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fromPlain, toPlain, type History } from './plain-history.ts';

/** Every kind of end of which a history is stored: a change that would break a running window shows in one of them. */
export const HISTORY_KINDS = [
  'run-succeeded',
  'run-partly',
  'run-budget-spent',
  'run-aborted',
  'run-cut-off',
  'run-dry',
  'run-invalid-input',
  'run-canary-stop',
  'run-held-up',
  'turn-two-rounds',
  'turn-reboot-and-retry',
  'turn-asked',
  'turn-snapshots-removed',
  'turn-stopped',
  'turn-failed-after-change',
  'turn-unreachable',
  'turn-reboot-timed-out',
  'turn-after-held-up',
  'lock-in-doubt',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

const FOLDER = new URL('./stored/', import.meta.url);
const ENDING = '.json.gz';

/** Kinds of which a file is there, in the order of the alphabet. */
export async function storedKinds(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.map((file) => file.slice(0, -ENDING.length)).toSorted((a, b) => a.localeCompare(b));
}

export async function readHistory(kind: HistoryKind): Promise<History> {
  const json = gunzipSync(await readFile(fileOf(kind))).toString('utf8');
  return fromPlain(JSON.parse(json)) as History;
}

export async function writeHistory(kind: HistoryKind, history: History): Promise<void> {
  await writeFile(fileOf(kind), gzipSync(JSON.stringify(toPlain(history)), { level: 9 }));
}

function fileOf(kind: HistoryKind): URL {
  return new URL(`${kind}${ENDING}`, FOLDER);
}

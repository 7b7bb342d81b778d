import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds without a new byte after which a download is given up: closed networks often swallow packets silently. */
const STALLED_AFTER_MS = 20_000;
const LONGEST_MS = 600_000;
const LOOK_EVERY_MS = 1000;

export interface DownloadWatch {
  /** Folder that grows with the download; without it only the overall limit of ten minutes holds. */
  growing?: string;
  onProgress: (text: string) => void;
}

/**
 * Runs a downloading program to its end, telling its progress.
 * @throws with the last line that it said when it fails, stalls or takes too long.
 */
export async function runDownloader(program: string, args: string[], watch: DownloadWatch): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  let said = '';
  let givenUp = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-4000)));
  const stop = keepLooking(watch, (reason) => {
    givenUp = reason;
    child.kill('SIGKILL');
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(givenUp || lastLine(said) || `it ended with code ${code}`);
  } finally {
    stop();
  }
}

function keepLooking({ growing, onProgress }: DownloadWatch, giveUp: (reason: string) => void): () => void {
  const startedAt = Date.now();
  let [size, grewAt] = [0, startedAt];
  const look = async (): Promise<void> => {
    const now = Date.now();
    if (now - startedAt > LONGEST_MS) giveUp(`it was not done after ${LONGEST_MS / 60_000} minutes`);
    if (growing === undefined) return;
    const newSize = await folderSize(growing);
    if (newSize > size) {
      [size, grewAt] = [newSize, now];
      onProgress(`${Math.round(size / 1_000_000)} MB so far`);
    } else if (now - grewAt > STALLED_AFTER_MS) giveUp(`nothing came for ${STALLED_AFTER_MS / 1000} seconds`);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  // A file may be renamed between the two looks: it then counts at the next one.
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

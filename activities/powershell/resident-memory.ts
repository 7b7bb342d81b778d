import { readFileSync } from 'node:fs';

const KIB = 1024;

/** Why the memory of a process cannot be told here; null where it can. */
export function memoryBlindness(platform: NodeJS.Platform): string | null {
  return platform === 'linux'
    ? null
    : `on ${platform} the memory of another process can be told only by starting a program each time; the number of calls still counts`;
}

/** Resident memory of a process in bytes; null when it has ended, or where `memoryBlindness` has a reason. */
export function residentBytes(pid: number): number | null {
  if (memoryBlindness(process.platform) !== null) return null;
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // A process that has ended and is not yet reaped has no such line.
    return kib === undefined ? null : Number(kib) * KIB;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

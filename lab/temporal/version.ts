import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Temporal CLI that Fettle is developed and tested against; downloads fetch exactly this one. */
export const TEMPORAL_CLI_VERSION = '1.9.1';

/** The oldest one that the lab starts: older servers lack run summaries and the Web UI's start form. */
const OLDEST: readonly [number, number] = [1, 4];

/**
 * The version that the program reports.
 * @throws when it cannot be run, reports no version, or is too old.
 */
export async function checkTemporalCli(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 15_000, windowsHide: true });
  const found = /temporal version v?(\d+)\.(\d+)\.(\d+)/.exec(stdout);
  if (!found) throw new Error(`it reports no version of the Temporal CLI but ${JSON.stringify(stdout.slice(0, 80))}`);
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Error(
      `it is version ${found[1]}.${found[2]}.${found[3]}, and ${OLDEST.join('.')} is the oldest that will do`,
    );
  }
  return `${found[1]}.${found[2]}.${found[3]}`;
}

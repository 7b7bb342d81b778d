import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { readManifest, sha256 } from '../../activities/powershell/manifest.ts';
import { Pins } from '../../activities/powershell/pins.ts';
import type { RecycleReason } from '../../activities/powershell/shell-metrics.ts';
import type { ShellSettings } from '../../activities/powershell/settings.ts';
import type { CallOptions, CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { defineScript } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFile } from '../temporary.ts';
import { measured } from './measured.ts';
import { LOCAL, realShell, testShell } from './shells.ts';

/** A real PowerShell that runs any text as a script, though no manifest names it. */
export interface TextShell {
  run: (text: string, parameters?: Record<string, unknown>, options?: CallOptions) => Promise<CallOutcome<unknown>>;
  /** Why its sessions were replaced, in order. */
  recycles: RecycleReason[];
  shell: Shell;
}

/** Runs texts on this machine, or on the target; in one session while it lives, unless the settings say more. */
export function openTextShell(connection: HostConnection = LOCAL, settings: Partial<ShellSettings> = {}): TextShell {
  const fromRoot = (path: string): string => relative('/', path);
  const pinned = Object.entries(readManifest(checkoutDir));
  const hashes = Object.fromEntries(pinned.map(([path, hash]) => [fromRoot(`${checkoutDir}/${path}`), hash]));
  const metrics = measured();
  const shell = testShell({
    executable: realShell() ?? '',
    simulatedShell: false,
    pins: new Pins('/', hashes),
    metrics,
    hostModule: connection === LOCAL ? 'plant' : 'windows',
    ...settings,
  });
  const run: TextShell['run'] = async (text, parameters = {}, options = {}) => {
    const file = await temporaryFile(text);
    hashes[fromRoot(file)] = sha256(text);
    const script = defineScript({
      name: 'Test-Text',
      file: pathToFileURL(file),
      effect: 'read',
      timeLimitMs: 15_000,
      parameters: z.record(z.string(), z.unknown()),
      result: z.unknown(),
      failures: {},
    });
    return await shell.call(script, connection, parameters, options);
  };
  return { run, recycles: metrics.recycles, shell };
}

/** A script that does nothing wrong, and what becomes of it. */
export const WELL = "@{ value = 'well' }";
export const well = { kind: 'result', result: { value: 'well' } };

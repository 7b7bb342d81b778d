import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { readManifest, sha256 } from '../../activities/powershell/manifest.ts';
import { Pins } from '../../activities/powershell/pins.ts';
import { WINDOWS_MODULE, type ShellSettings } from '../../activities/powershell/settings.ts';
import type { CallOptions, CallOutcome, Shell } from '../../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import { defineScript, type ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { measured, type Measured } from './measured.ts';
import { LOCAL, testShell } from './shells.ts';

export type TextContract = ScriptContract<Record<string, unknown>, unknown>;

/** A PowerShell that runs any text as a script, though no manifest names it. Closing it takes the texts along. */
export interface TextShell extends Measured {
  run: (text: string, parameters?: Record<string, unknown>, options?: CallOptions) => Promise<CallOutcome<unknown>>;
  /** A contract of the text, to be called as any other. */
  script: (text: string) => Promise<TextContract>;
  shell: Shell;
}

/** Runs texts on this machine, or on the target; in one session while it lives, unless the settings say more. */
export function openTextShell(connection: HostConnection = LOCAL, settings: Partial<ShellSettings> = {}): TextShell {
  const fromRoot = (path: string): string => relative('/', path);
  const pinned = Object.entries(readManifest(checkoutDir));
  const hashes = Object.fromEntries(pinned.map(([path, hash]) => [fromRoot(`${checkoutDir}/${path}`), hash]));
  const kept = measured();
  const shell = testShell({
    pins: new Pins('/', hashes),
    metrics: kept.metrics,
    log: kept.log,
    hostModule: connection === LOCAL ? PLANT_SHELL.hostModule : WINDOWS_MODULE,
    ...settings,
  });
  const folder = mkdtempSync(join(tmpdir(), 'fettle-texts-'));
  const close = shell.close.bind(shell);
  shell.close = async (graceMs) => {
    await close(graceMs);
    await rm(folder, { recursive: true, force: true });
  };
  const script: TextShell['script'] = async (text) => {
    const file = join(folder, `${sha256(text)}.ps1`);
    await writeFile(file, text);
    hashes[fromRoot(file)] = sha256(text);
    return defineScript({
      name: 'Test-Text',
      file: pathToFileURL(file),
      effect: 'read',
      timeLimitMs: 60_000,
      parameters: z.record(z.string(), z.unknown()),
      result: z.unknown(),
      failures: {},
    });
  };
  const run: TextShell['run'] = async (text, parameters = {}, options = {}) =>
    await shell.call(await script(text), connection, parameters, options);
  return { ...kept, run, script, shell };
}

/** A script that does nothing wrong, and what becomes of it. */
export const WELL = "@{ value = 'well' }";
export const well = { kind: 'result', result: { value: 'well' } };
/** Gives back what it is given. */
export const ECHO = 'param($Value) @{ value = $Value }';

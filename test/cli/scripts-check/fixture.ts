import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { checkScripts } from '../../../cli/scripts-check/scripts-check.ts';
import type { AnyContract } from '../../../model/contract.ts';
import { temporaryFolder } from '../../temporary.ts';

export const SCRIPT = 'runbooks/demo/scripts/Get-Thing.ps1';
export const WINDOWS = 'activities/powershell/host-module/Set-FettleThing.ps1';
export const PLANT = 'lab/plant/host-module/Set-FettleThing.ps1';
export const NAME = '[Parameter(Mandatory)] [string] $Name';

const HELP = '<#\n.SYNOPSIS\nA thing.\n.PARAMETER Name\nIts name.\n#>\n';
/** A script and a function of a host module; the parameter stands on line 7 or 8. */
export const script = (parameter = NAME): string => `${HELP}param(${parameter})\n$Name\n`;
export const hostFunction = (parameter = NAME, name = 'Set-FettleThing'): string =>
  `function ${name} {\n${HELP}param(${parameter})\n$Name\n}\n`;

/** A checkout with one script, one function in each host module, and a contract of each: with these files and fields instead. */
export interface Changes {
  files?: Record<string, string>;
  script?: Partial<AnyContract>;
  function?: Partial<AnyContract>;
}

/** What the check says of it. */
export async function problemsOf(changes: Changes): Promise<string[]> {
  const root = await temporaryFolder();
  const files = { [SCRIPT]: script(), [WINDOWS]: hostFunction(), [PLANT]: hostFunction(), ...changes.files };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const parameters = z.strictObject({ Name: z.string().min(1) });
  const fields = {
    timeLimitMs: 1,
    failures: { '0x8024001E': 'UpdateShuttingDown', FettleThing: 'TaskRefused' },
  } as const;
  const ofFunction = { ...fields, name: 'Set-FettleThing', parameters: parameters.extend({ HostName: z.string() }) };
  const ofScript = { ...fields, name: 'Get-Thing', parameters, file: pathToFileURL(join(root, SCRIPT)) };
  const contracts = [
    { ...ofScript, ...changes.script },
    { ...ofFunction, ...changes.function },
  ];
  return (await checkScripts(root, contracts)).map(({ path, message, expected }) => `${path} ${message} → ${expected}`);
}

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AnyContract } from '../../../model/contract.ts';
import { HOST_MODULES } from '../../../activities/powershell/host-modules.ts';
import { MANIFEST_PATH } from '../../../activities/powershell/manifest.ts';
import { powerShellFiles } from '../../../activities/powershell/pins/powershell-files.ts';
import { checkScripts } from '../../../cli/scripts-check/scripts-check.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { checkoutDir } from '../../../workers/checkout.ts';

const CONTRACTS: AnyContract[] = [...Object.values(SCRIPTS), shellBehaviour];

test('every PowerShell file of the project parses, keeps to the rules, fits its contract and is pinned', async () => {
  expect(await checkScripts(checkoutDir, CONTRACTS)).toEqual([]);
});

describe('a copy with a defect is found out', () => {
  let root: string;
  let moved: AnyContract[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fettle-scripts-'));
    for (const path of [...(await powerShellFiles(checkoutDir)), MANIFEST_PATH])
      await cp(join(checkoutDir, path), join(root, path));
    moved = CONTRACTS.map((contract) => ({
      ...contract,
      file: pathToFileURL(join(root, relative(checkoutDir, fileURLToPath(contract.file)))),
    }));
  });
  afterEach(async () => {
    for (const path of [...(await powerShellFiles(checkoutDir)), MANIFEST_PATH])
      await cp(join(checkoutDir, path), join(root, path));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  const SCRIPT = 'runbooks/patch-window/scripts/Restart-PatchHost.ps1';
  const MODULES = 'activities/powershell/modules';

  test.each<[string, string, (text: string) => string, RegExp]>([
    ['a brace that is not closed', SCRIPT, (text) => `${text}\nif ($true) {`, /Host\.ps1:\d+: It does not parse/],
    ['a parameter by another name', SCRIPT, (text) => text.replace('$Key,', '$Token,'), /lacks Key.*has Token/s],
    ['a parameter of another type', SCRIPT, (text) => text.replace('[string] $Key', '[int] $Key'), /Key is a \[int\]/],
    ['no help', SCRIPT, (text) => text.replace('.SYNOPSIS', 'SYNOPSIS'), /no comment-based help/],
    ['a parameter without help', SCRIPT, (text) => text.replace('.PARAMETER Key', ''), /:\d+: Its help lacks Key/],
    ['text run as code', SCRIPT, (text) => `${text}\nInvoke-Expression -Command $Key`, /makes code of text/],
    ['a changed comment', SCRIPT, (text) => `${text}# x\n`, /Host\.ps1: runbooks\/scripts\.manifest\.json says/],
    [
      'a function without an approved verb',
      SCRIPT,
      (text) => `${text}\nfunction Fetch-X { 1 }`,
      /Fetch-X does not begin/,
    ],
    ['a quote that is none', SCRIPT, (text) => `${text}\n# \u2019`, /Host\.ps1:\d+: It holds the character U\+2019/],
    [
      'a forbidden command in a host module',
      `${MODULES}/windows/Get-FettleDisk.ps1`,
      (text) => `${text}\nWrite-Host -Object 1`,
      /windows\/Get-FettleDisk\.ps1:\d+: Write-Host writes past/,
    ],
    ['exit in the dispatcher', 'activities/powershell/dispatcher.ps1', (text) => `${text}\nexit 1`, /:\d+: It ends/],
    [
      'a function by another name than its file',
      `${MODULES}/plant/Get-FettleDisk.ps1`,
      (text) => text.replace('Get-FettleDisk', 'Get-Disk'),
      /plant\/Get-FettleDisk\.ps1:1: It does not hold.*windows\/Get-FettleDisk\.ps1:1: Get-FettleDisk is in this/s,
    ],
    [
      'another parameter name in one host module',
      `${MODULES}/plant/Start-FettleMaintenance.ps1`,
      (text) => text.replaceAll('$Until', '$End'),
      /It has Until, which .*plant\/Start-FettleMaintenance\.ps1 lacks.*It has End, which .*windows\//s,
    ],
    [
      'another parameter type in one host module',
      `${MODULES}/plant/Start-FettleMaintenance.ps1`,
      (text) => text.replace('[string] $Until', '[datetime] $Until'),
      /Until is declared as mandatory \[string\] \$Until here, and otherwise in .*plant/,
    ],
    [
      'a function without help in a host module',
      `${MODULES}/plant/Get-FettleDisk.ps1`,
      (text) => text.replace('.SYNOPSIS', ''),
      /plant\/Get-FettleDisk\.ps1:1: It has no comment-based help/,
    ],
  ])('%s', async (_name, path, change, message) => {
    const text = await readFile(join(root, path), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(join(root, path), changed);
    const problems = await checkScripts(root, moved);
    expect(problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n')).toMatch(message);
    for (const { expected } of problems) expect(expected).not.toBe('');
  });

  test('a script without a contract', async () => {
    const problems = await checkScripts(
      root,
      moved.filter(({ name }) => name !== 'Restart-PatchHost'),
    );
    expect(problems).toEqual([expect.objectContaining({ path: `${SCRIPT}:1`, message: 'It has no contract.' })]);
  });

  test('defects of several files at once', async () => {
    await writeFile(join(root, SCRIPT), 'exit');
    await writeFile(join(root, 'runbooks/Extra.ps1'), 'ls');
    const problems = await checkScripts(root, moved);
    await rm(join(root, 'runbooks/Extra.ps1'));
    const found = problems.map(({ path }) => path.replace(/:\d+$/, ''));
    expect(found).toEqual(expect.arrayContaining([SCRIPT, 'runbooks/Extra.ps1']));
  });
});

test('the boundary takes the functions that the host modules export as the plant declares them', async () => {
  const api = await readFile(join(checkoutDir, 'lab/plant/api.ts'), 'utf8');
  const verbs = [...api.matchAll(/^ {2}'([A-Z][a-z]+-Fettle[A-Za-z]+)':/gm)].map((match) => match[1] ?? '');
  expect(verbs.length).toBeGreaterThan(20);
  const functions = HOST_MODULES.plant.map((file) => basename(file, '.ps1'));
  const own = functions.filter((name) => /-Fettle/.test(name) && !name.startsWith('Connect-'));
  expect(own.toSorted()).toEqual(verbs.toSorted());
});

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOST_MODULES } from '../../activities/powershell/host-modules.ts';
import { checkScripts, type AnyContract } from '../../activities/powershell/scripts-check.ts';
import { shellBehaviour } from '../../lab/shell/index.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'activities/powershell/modules');

test('every PowerShell file of the project parses, has its help and fits its contract', async () => {
  expect(await checkScripts(ROOT, [...Object.values(SCRIPTS), shellBehaviour])).toEqual([]);
});

describe('a copy with a defect is found out', () => {
  let folder: string;
  const contract: AnyContract = SCRIPTS.restartPatchHost;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fettle-scripts-'));
    await cp(MODULES, folder, { recursive: true });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function checkWith(file: string, original: URL | string, change: (text: string) => string): Promise<string[]> {
    const text = await readFile(original, 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(join(folder, file), changed);
    const moved = { ...contract, file: pathToFileURL(join(folder, 'Restart-PatchHost.ps1')) };
    return (await checkScripts(folder, [moved])).map(({ path, message }) => `${path}: ${message}`);
  }

  test.each([
    ['a brace that is not closed', (text: string) => `${text}\nif ($true) {`, /does not parse/],
    ['a parameter by another name', (text: string) => text.replace('$Key,', '$Token,'), /lacks Key.*has Token/s],
    ['no help', (text: string) => text.replace('.SYNOPSIS', 'SYNOPSIS'), /no comment-based help/],
  ])('%s', async (_name, change, message) => {
    const problems = await checkWith('Restart-PatchHost.ps1', contract.file, change);
    expect(problems.join('\n')).toMatch(message);
  });

  async function checkModule(file: string, change: (text: string) => string): Promise<string> {
    await writeFile(join(folder, 'Restart-PatchHost.ps1'), await readFile(contract.file, 'utf8'));
    const problems = await checkWith(`plant/${file}`, join(MODULES, 'plant', file), change);
    await cp(join(MODULES, 'plant', file), join(folder, 'plant', file));
    return problems.join('\n');
  }

  test('a function by another name than its file', async () => {
    const problems = await checkModule('Get-FettleDisk.ps1', (text) => text.replace('Get-FettleDisk', 'Get-Disk'));
    expect(problems).toContain('plant/Get-FettleDisk.ps1: It does not hold the function Get-FettleDisk');
    expect(problems).toContain('windows: It has Get-FettleDisk, which plant lacks');
  });

  test('another parameter name in one host module', async () => {
    const problems = await checkModule('Start-FettleMaintenance.ps1', (text) => text.replaceAll('$Until', '$End'));
    expect(problems).toContain('windows/Start-FettleMaintenance.ps1: It has Until, which plant lacks');
  });
});

test('the boundary takes the functions that the host modules export as the plant declares them', async () => {
  const api = await readFile(join(ROOT, 'lab/plant/api.ts'), 'utf8');
  const verbs = [...api.matchAll(/^ {2}'([A-Z][a-z]+-Fettle[A-Za-z]+)':/gm)].map((match) => match[1] ?? '');
  expect(verbs.length).toBeGreaterThan(20);
  const functions = HOST_MODULES.plant.map((file) => basename(file, '.ps1'));
  const own = functions.filter((name) => /-Fettle/.test(name) && !name.startsWith('Connect-'));
  expect(own.toSorted()).toEqual(verbs.toSorted());
});

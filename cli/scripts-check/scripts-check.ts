import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { powerShellFiles } from '../../activities/powershell/manifest.ts';
import type { AnyContract } from '../../model/contract.ts';
import type { Problem } from '../../model/problems.ts';
import { checkContract, checkHelp, compareParameters, problem, type Problems } from './contract.ts';
import { parse, type Callable, type ParsedFile } from './syntax.ts';

const WINDOWS = 'activities/powershell/host-module/';
const PLANT = 'lab/plant/host-module/';
const BOUNDARY = /^activities\/powershell\/[^/]+$/;

/** What a reviewer wants to be told of: by its plain name, why, what to write instead, and the files whose business it is. */
const FORBIDDEN: readonly [name: RegExp, does: string, instead: string, except?: RegExp][] = [
  [/^(invoke-expression|iex|add-type)$/i, 'makes code of text', 'a command with parameters'],
  [/^exit$/i, 'ends the whole PowerShell', 'return a value, or throw'],
  [/^(read-host|get-credential)$/i, 'asks a person, and nobody is there', 'a parameter of the contract'],
  [/^(start-process|cmd|powershell|pwsh)(\.exe)?$/i, 'starts a program', 'a cmdlet, in a function of the host module'],
  [/^(invoke-command|new-module|start-job)$/i, 'is for the dispatcher', 'its commands: all run on the host', BOUNDARY],
  [/^(restart|stop)-computer$/i, 'reboots or stops the host', 'Restart-FettleHost', /^activities\//],
];

/**
 * Checks every PowerShell file of the checkout at `root`: it parses, calls nothing forbidden, and fits its contract (`contracts`
 * are those of the runbooks) or the other host module. Whether it is pinned says `checkManifest`.
 * Returns every problem at once, its path as `file:line`.
 */
export async function checkScripts(root: string, contracts: readonly AnyContract[]): Promise<Problem[]> {
  const paths = powerShellFiles(root);
  const files = await Promise.all(paths.map(async (path) => parse(path, await readFile(join(root, path), 'utf8'))));
  const otherwise = 'valid PowerShell; where it is valid, the same in another way: the grammar used here is narrower';
  const faults = files.flatMap(({ script: { file }, fault }) =>
    fault ? [problem(file, fault.line, `It does not parse: ${fault.text}`, otherwise)] : [],
  );
  if (faults.length > 0) return faults;
  // As host-module-exports.ps1 says.
  const exported = files.flatMap(({ functions }) => functions).filter(({ name }) => /-Fettle/.test(name));
  const windows = exported.filter(({ file }) => file.startsWith(WINDOWS));
  const plant = exported.filter(({ file }) => file.startsWith(PLANT));
  // What a contract calls: a script by its path, or else a function by its name.
  const callables = new Map<string, Callable>(files.map(({ script }) => [script.file, script]));
  for (const one of windows) callables.set(one.name, one);
  return [
    ...files.flatMap((file) => [...checkFile(file)]),
    ...checkContracts(root, contracts, callables),
    ...compareModules(windows, plant),
  ];
}

function* checkFile({ script: { file, name }, functions, commands }: ParsedFile): Problems {
  for (const { line, text } of commands)
    for (const [command, does, instead, except] of FORBIDDEN)
      if (command.test(text) && !except?.test(file)) yield problem(file, line, `${text} ${does}.`, instead);
  if (!file.startsWith(WINDOWS) && !file.startsWith(PLANT)) return;
  const own = functions.find((one) => one.name === name);
  if (own) yield* checkHelp(own, []);
  else yield problem(file, 1, 'It lacks the function of its name.', 'one function a file, named as the file is');
}

function* checkContracts(root: string, contracts: readonly AnyContract[], callables: Map<string, Callable>): Problems {
  const contracted = new Set<string>();
  for (const contract of contracts) {
    const { name, file } = contract;
    const key = file ? relative(root, fileURLToPath(file)).split(sep).join('/') : name;
    contracted.add(key);
    yield* checkContract(`${key.replace(/\.ps1$/, '')}.contract.ts`, contract, callables.get(key));
  }
  for (const file of callables.keys())
    if (/^runbooks\/[^/]+\/scripts\//.test(file) && !contracted.has(file))
      yield problem(file, 1, 'It has no contract.', 'a .contract.ts beside it, named in scripts/index.ts');
}

function* compareModules(windows: Callable[], plant: Callable[]): Problems {
  for (const one of windows) {
    const other = plant.find(({ name }) => name === one.name);
    if (other) yield* compareParameters(one, other.file, other.parameters);
    else yield problem(one.file, one.line, `The plant has no ${one.name}.`, `${PLANT}${one.name}.ps1 too`);
  }
  for (const { name, file, line } of plant)
    if (!windows.some((one) => one.name === name))
      yield problem(file, line, `Windows has no ${name}.`, `${WINDOWS}${name}.ps1 too`);
}

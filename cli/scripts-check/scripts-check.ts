import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkManifest, powerShellFiles } from '../../activities/powershell/manifest.ts';
import type { AnyContract } from '../../model/contract.ts';
import type { Problem } from '../../model/problems.ts';
import { checkContract } from './contract.ts';
import { finding } from './finding.ts';
import type { FileKind } from './forbidden-commands.ts';
import { checkCharacters, checkHabits, checkVerb } from './habits.ts';
import { checkModules, type ParsedFiles } from './modules.ts';
import { loadParser, type ParsedScript } from './syntax/parse.ts';

/** What loads and runs every script. */
const BOUNDARY = /^activities\/powershell\/(dispatcher\.ps1|runner\.psm1|call-function\.ps1)$/;

/**
 * Checks every PowerShell file of the checkout at `root`: it parses, keeps to the rules of CONTRIBUTING.md, fits its contract
 * (`contracts` are those of the runbooks) or the other host module, and is in the manifest.
 * Returns every problem at once; their paths are `file:line`, or the file alone where no line is wrong.
 */
export async function checkScripts(root: string, contracts: readonly AnyContract[]): Promise<Problem[]> {
  return [...(await checkTexts(root, contracts)), ...(await checkManifest(root))];
}

/** As `checkScripts`, whatever the manifest says: what has to hold before a file is pinned. */
export async function checkTexts(root: string, contracts: readonly AnyContract[]): Promise<Problem[]> {
  const files = await parseAll(root);
  const contracted = contracts.flatMap((contract) => (contract.file ? [{ file: pathFrom(root, contract.file), contract }] : []));
  return [
    ...[...files].flatMap(([file, parsed]) => checkFile(file, parsed)),
    ...contracted.flatMap(({ file, contract }) => checkContract(file, contract, files.get(file))),
    ...withoutContract(files, new Set(contracted.map(({ file }) => file))),
    ...checkModules(files),
  ];
}

async function parseAll(root: string): Promise<ParsedFiles> {
  const parse = await loadParser();
  const files = new Map<string, ParsedScript>();
  for (const file of await powerShellFiles(root)) files.set(file, parse(await readFile(join(root, file), 'utf8')));
  return files;
}

function checkFile(file: string, parsed: ParsedScript): Problem[] {
  return [
    ...parsed.faults.map(({ line, text }) =>
      finding(file, line, `It does not parse: ${text}`, 'plain PowerShell that every parser accepts'),
    ),
    ...checkCharacters(file, parsed.text),
    ...parsed.functions.flatMap(({ name, line }) => checkVerb(file, line, name)),
    // The lab's script misbehaves on purpose, and reaches no host.
    ...(file.startsWith('lab/') ? [] : checkHabits(file, parsed, kindOf(file))),
  ];
}

function kindOf(file: string): FileKind {
  if (BOUNDARY.test(file)) return 'boundary';
  return file.startsWith('activities/') ? 'module' : 'script';
}

function withoutContract(files: ParsedFiles, contracted: ReadonlySet<string>): Problem[] {
  return [...files.keys()]
    .filter((file) => /^runbooks\/[^/]+\/scripts\//.test(file) && !contracted.has(file))
    .map((file) => finding(file, 1, 'It has no contract.', 'a .contract.ts beside it, named in scripts/index.ts'));
}

function pathFrom(root: string, file: URL): string {
  return relative(root, fileURLToPath(file)).split(sep).join('/');
}

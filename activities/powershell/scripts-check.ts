import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { basename } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../model/problems.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import type { Breach } from './checks/breach.ts';
import { checkContract, type AnyContract } from './checks/contract.ts';
import { applyExceptions } from './checks/exceptions.ts';
import { finding } from './checks/finding.ts';
import { checkHabits, checkVerb, type FileKind } from './checks/habits.ts';
import { checkManifest } from './checks/manifest.ts';
import { checkModules, type ParsedFiles } from './checks/modules.ts';
import { powerShellFiles } from './pins/powershell-files.ts';
import { loadParser, type ParsedScript } from './syntax/parse.ts';

/** What runs every script, and so is made of what a script must not do. */
const BOUNDARY = /^activities\/powershell\/(dispatcher\.ps1|runner\.psm1)$/;
/** Functions by this noun are what modules/Export.ps1 lets out of a host module. */
const EXPORTED = /-fettle/;

/**
 * Checks every PowerShell file of the checkout at `root` that can reach a host: it parses, keeps to the rules of
 * CONTRIBUTING.md, fits its contract or the other host module, and is in the manifest.
 * Returns every problem at once; their paths are `file:line`, or the file alone where no line is wrong.
 */
export async function checkScripts(
  root: string,
  contracts: readonly AnyContract[] = Object.values(SCRIPTS),
): Promise<Problem[]> {
  return [...(await checkTexts(root, contracts)), ...(await checkManifest(root))];
}

/** As `checkScripts`, whatever the manifest says: what has to hold before a file is pinned. */
export async function checkTexts(
  root: string,
  contracts: readonly AnyContract[] = Object.values(SCRIPTS),
): Promise<Problem[]> {
  const files = await parseAll(root);
  const contracted = contracts.map((contract) => ({ file: pathFrom(root, contract.file), contract }));
  return [
    ...[...files].flatMap(([file, parsed]) => checkFile(file, parsed)),
    ...applyExceptions(habitsOf(files)),
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

function checkFile(file: string, { faults, ambiguities, functions }: ParsedScript): Problem[] {
  return [
    ...faults.map(({ line, text }) =>
      finding(file, line, `It does not parse: ${text}`, 'plain PowerShell that every parser accepts'),
    ),
    ...ambiguities.map(({ line, text, expected }) => finding(file, line, text, expected)),
    ...functions.flatMap(({ name, line }) => checkVerb(file, line, name)),
  ];
}

function habitsOf(files: ParsedFiles): Map<string, Breach[]> {
  return new Map(
    [...files].map(([file, parsed]) => [file, checkHabits(parsed, kindOf(file), visibleFrom(file, files))]),
  );
}

/** The functions of other files that a file can call, in lower case: those of its own host module, or what both export. */
function visibleFrom(file: string, files: ParsedFiles): Set<string> {
  const [folder] = /^activities\/powershell\/modules\/\w+\//.exec(file) ?? [];
  return new Set(
    [...files]
      .filter(([other]) => other.startsWith(folder ?? 'activities/powershell/modules/'))
      .flatMap(([other, { functions }]) => functions.filter(({ name }) => basename(other, '.ps1') === name))
      .map(({ name }) => name.toLowerCase())
      .filter((name) => folder !== undefined || EXPORTED.test(name)),
  );
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

import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Problem } from '../../model/problems.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { checkManifest } from './checks/manifest.ts';
import { loadParser, type ParsedScript } from './syntax-tree.ts';

const LEFT_OUT = new Set(['node_modules', '.git', '.fettle']);
const HOST_MODULES = ['windows', 'plant'] as const;

/** A contract, whatever its types. */
export type AnyContract = Pick<ScriptContract<unknown, unknown>, 'name' | 'file' | 'parameters'>;

type ParsedFiles = Map<string, ParsedScript & { text: string }>;

/**
 * Checks every .ps1 and .psm1 file below `root`: each parses, has comment-based help where it is a script with a contract,
 * takes exactly its contract's parameters, and both host modules export the same functions with the same parameters.
 * Returns every problem at once; their paths are file names relative to `root`.
 */
export async function checkScripts(
  root: string,
  contracts: readonly AnyContract[] = Object.values(SCRIPTS),
): Promise<Problem[]> {
  const files = await parseAll(root);
  const faults = [...files].flatMap(([path, { faults: found }]) =>
    found.map(({ line, text }) => ({
      path,
      message: `Line ${line} does not parse: ${text}`,
      expected: 'plain PowerShell that every parser accepts',
    })),
  );
  return [
    ...faults,
    ...contracts.flatMap((contract) => checkContract(root, contract, files)),
    ...checkModules(files),
    ...(await checkManifest(root)),
  ];
}

async function parseAll(root: string): Promise<ParsedFiles> {
  const parse = await loadParser();
  const files: ParsedFiles = new Map();
  for (const path of await powerShellFiles(root)) {
    const text = await readFile(path, 'utf8');
    files.set(relative(root, path), { ...parse(text), text });
  }
  return files;
}

async function powerShellFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : powerShellFiles(path);
      return /\.psm?1$/.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat().toSorted();
}

function checkContract(root: string, contract: AnyContract, files: ParsedFiles): Problem[] {
  const path = relative(root, fileURLToPath(contract.file));
  const script = files.get(path);
  if (!script) {
    return [
      { path, message: `The contract ${contract.name} has no script.`, expected: 'a script beside its contract' },
    ];
  }
  const problems: Problem[] = [];
  if (!/^\s*<#\s*\.SYNOPSIS/.test(script.text)) {
    problems.push({ path, message: 'It has no comment-based help.', expected: 'a help comment at the top' });
  }
  if (!(contract.parameters instanceof z.ZodObject)) {
    return [...problems, { path, message: "Its contract's parameters are not an object.", expected: 'z.strictObject' }];
  }
  return [...problems, ...compare(path, Object.keys(contract.parameters.shape), script.parameters, 'its contract')];
}

/** One function a file, named as it is; what both modules export is the same. */
function checkModules(files: ParsedFiles): Problem[] {
  const [windows, plant] = HOST_MODULES.map((name) => functionFiles(files, name));
  if (!windows?.size || !plant?.size) {
    return [{ path: '', message: 'A host module is missing.', expected: `both folders ${HOST_MODULES.join(' and ')}` }];
  }
  const mine = exported(windows);
  const others = exported(plant);
  return [
    ...[...windows, ...plant].flatMap(([path, { functions }]) => {
      const name = basename(path, '.ps1');
      const message = `It does not hold the function ${name}.`;
      return functions.has(name) ? [] : [{ path, message, expected: 'one function a file, named as the file is' }];
    }),
    ...compare('windows', [...others.keys()], [...mine.keys()], 'plant'),
    ...[...mine].flatMap(([name, parameters]) =>
      compare(`windows/${name}.ps1`, others.get(name) ?? parameters, parameters, 'plant'),
    ),
  ];
}

function functionFiles(files: ParsedFiles, module: string): ParsedFiles {
  return new Map([...files].filter(([path]) => basename(dirname(path)) === module && path.endsWith('.ps1')));
}

/** What modules/Export.ps1 lets out, with the parameters. */
function exported(files: ParsedFiles): Map<string, string[]> {
  const all = [...files.values()].flatMap(({ functions }) => [...functions]);
  return new Map(all.filter(([name]) => /-Fettle/.test(name)));
}

function compare(path: string, wanted: string[], found: string[], source: string): Problem[] {
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  return [
    ...missing.map((name) => ({ path, message: `It lacks ${name}, which ${source} has.`, expected: name })),
    ...extra.map((name) => ({ path, message: `It has ${name}, which ${source} lacks.`, expected: `no ${name}` })),
  ];
}

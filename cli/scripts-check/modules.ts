import { basename } from 'node:path/posix';
import type { Problem } from '../../model/problems.ts';
import type { ParsedFunction, ParsedScript } from './syntax/parse.ts';
import type { ParsedParameter } from './syntax/parameters.ts';
import { finding } from './finding.ts';
import { checkSynopsis } from './help.ts';
import { plainType } from './parameters.ts';

/** Parsed files by their path from the checkout. */
export type ParsedFiles = ReadonlyMap<string, ParsedScript>;

type Located = ParsedFunction & { file: string };

const FOLDERS = { windows: 'activities/powershell/host-module', plant: 'lab/plant/host-module' };

/** Host modules: one function a file, named as it is and with help; both export the same functions with the same parameters. */
export function checkModules(files: ParsedFiles): Problem[] {
  const windows = functionsOf(files, FOLDERS.windows);
  const plant = functionsOf(files, FOLDERS.plant);
  return [
    ...checkFiles(files),
    ...missing(windows, plant, FOLDERS.plant),
    ...missing(plant, windows, FOLDERS.windows),
    ...[...windows].flatMap(([name, one]) => compareParameters(one, plant.get(name))),
  ];
}

function checkFiles(files: ParsedFiles): Problem[] {
  const moduleFiles = [...files].filter(([file]) => Object.values(FOLDERS).some((one) => file.startsWith(`${one}/`)));
  return moduleFiles.flatMap(([file, { functions }]) => {
    const name = basename(file, '.ps1');
    const own = functions.find((one) => one.name === name);
    if (!own)
      return [finding(file, 1, `It does not hold the function ${name}.`, 'one function a file, named as the file is')];
    return checkSynopsis(file, own.line, own.help);
  });
}

/** What modules/Export.ps1 lets out: functions of a noun that begins with Fettle. */
function functionsOf(files: ParsedFiles, folder: string): Map<string, Located> {
  const found = new Map<string, Located>();
  for (const [file, { functions }] of files) {
    if (!file.startsWith(`${folder}/`)) continue;
    for (const one of functions) if (/-Fettle/.test(one.name)) found.set(one.name, { ...one, file });
  }
  return found;
}

function missing(have: Map<string, Located>, others: Map<string, Located>, folder: string): Problem[] {
  return [...have.values()]
    .filter(({ name }) => !others.has(name))
    .map(({ name, file, line }) =>
      finding(file, line, `${name} is in this host module only.`, `${folder}/${name}.ps1, with the same parameters`),
    );
}

function compareParameters(one: Located, other: Located | undefined): Problem[] {
  if (!other) return [];
  const theirs = new Map(other.parameters.map((parameter) => [parameter.name, parameter]));
  const different = one.parameters.flatMap((parameter) => {
    const match = theirs.get(parameter.name);
    if (!match || declared(match) === declared(parameter)) return [];
    const message = `${parameter.name} is declared as ${declared(parameter)} here, and otherwise in ${other.file}.`;
    return [finding(one.file, parameter.line, message, declared(match))];
  });
  return [...different, ...lacking(one, other), ...lacking(other, one)];
}

function lacking(one: Located, other: Located): Problem[] {
  const theirs = new Set(other.parameters.map(({ name }) => name));
  return one.parameters
    .filter(({ name }) => !theirs.has(name))
    .map(({ name, line }) => finding(one.file, line, `It has ${name}, which ${other.file} lacks.`, 'in both'));
}

/** What of a parameter decides which calls are taken. */
function declared({ name, type, mandatory, attributes }: ParsedParameter): string {
  const limits = [...attributes]
    .filter(([attribute]) => /^(allow|validate)/.test(attribute))
    .map(([attribute, given]) => `[${attribute}(${given.join(', ')})]`)
    .toSorted();
  return [...(mandatory ? ['mandatory'] : []), ...limits, `[${plainType(type)}] $${name}`].join(' ');
}

import type { Problem } from '../../../model/problems.ts';
import type { ParsedCommand } from '../syntax/commands.ts';
import type { ParsedScript } from '../syntax/parse.ts';
import { APPROVED_VERBS } from './approved-verbs.ts';
import type { Breach } from './breach.ts';
import { checkCommand } from './commands.ts';
import { FORBIDDEN_COMMANDS } from './forbidden-commands.ts';
import { finding } from './finding.ts';
import { checkAttribute, checkMember, checkVariable } from './members.ts';
import { judgeType } from './types.ts';

/** A runbook's script; a function of a host module; dispatcher and runner, which are made of what a script must not do. */
export type FileKind = 'script' | 'module' | 'boundary';

/**
 * What no file may do, in whatever letters, quotes and backticks: run text as code, name a command, a member or a type only
 * as it runs, end the process, write past the result, use aliases. Scripts and host modules besides call and name only what
 * is listed or ours (`visible`: functions of other files, in lower case), and scripts name every argument.
 * None of these is a problem yet: checks/exceptions.ts may allow it to the file.
 */
export function checkHabits(parsed: ParsedScript, kind: FileKind, visible: ReadonlySet<string>): Breach[] {
  const strict = kind !== 'boundary';
  return [
    ...parsed.exits.map((line) => ({
      line,
      construct: 'exit',
      message: 'It ends the process with exit.',
      expected: 'return a value, or throw',
    })),
    ...parsed.commands.flatMap((command) => checkCommand(command, strict, visible)),
    ...(kind === 'script' ? parsed.commands.flatMap(checkPositions) : []),
    ...parsed.members.flatMap((member) => checkMember(member, strict)),
    ...parsed.types.flatMap((type) => judgeType(type, strict)),
    ...parsed.attributes.flatMap(checkAttribute),
    ...parsed.variables.flatMap(checkVariable),
    ...parsed.drivePaths.flatMap(checkDrive),
  ];
}

/** Programs and functions of other names have no parameters to name, and for a refused command it is enough to be refused. */
function checkPositions({ name, line, positional }: ParsedCommand): Breach[] {
  if (positional === null || name === null || !/^[a-z]+-[a-z]/i.test(name)) return [];
  if (FORBIDDEN_COMMANDS.has(name.toLowerCase())) return [];
  const message = `${name} takes ${short(positional)} by its position.`;
  return [{ line, construct: `${name} by position`, message, expected: '-ParameterName before the value' }];
}

function checkDrive({ path, line }: { path: string; line: number }): Breach[] {
  if (!/^([\w.]+\\)?(function|alias|variable|global):/i.test(path)) return [];
  const message = `${path} is of a drive or scope by which functions, aliases and variables are made anew.`;
  return [{ line, construct: path, message, expected: 'the function or the variable by its name' }];
}

/** A name is Verb-Noun with a verb that Get-Verb lists. */
export function checkVerb(file: string, line: number, name: string): Problem[] {
  const [verb = '', noun] = name.split('-', 2);
  if (noun !== undefined && APPROVED_VERBS.has(verb)) return [];
  return [finding(file, line, `${name} does not begin with an approved verb.`, 'Verb-Noun, with a verb of Get-Verb')];
}

function short(text: string): string {
  const [first = ''] = text.split('\n', 1);
  return first.length > 40 ? `${first.slice(0, 40)}…` : first;
}

import type { Problem } from '../../../model/problems.ts';
import type { ParsedCall, ParsedCommand } from '../syntax/commands.ts';
import type { ParsedScript } from '../syntax/parse.ts';
import { ALIASES } from './aliases.ts';
import { APPROVED_VERBS } from './approved-verbs.ts';
import { finding } from './finding.ts';

/** Methods that make code of text, by name in lower case. The dispatcher and the runner are made of them; nothing else is. */
const CODE_FROM_TEXT = new Set(['invokescript', 'newscriptblock', 'expandstring']);

/** A runbook's script; a function of a host module; dispatcher and runner, which are made of what a script must not do. */
export type FileKind = 'script' | 'module' | 'boundary';

/**
 * What no file may do: `Invoke-Expression`, `exit`, aliases, `Write-Host`. Scripts and host modules besides make no code of
 * text, and scripts name every argument.
 */
export function checkHabits(file: string, parsed: ParsedScript, kind: FileKind): Problem[] {
  return [
    ...parsed.exits.map((line) => exitAt(file, line)),
    ...parsed.commands.flatMap((command) => checkCommand(file, command, kind)),
    ...parsed.calls.flatMap((call) => checkCall(file, call, kind)),
    ...parsed.functions.flatMap(({ name, line }) => checkVerb(file, line, name)),
  ];
}

function checkCommand(file: string, { name, line, positional }: ParsedCommand, kind: FileKind): Problem[] {
  const lower = name.toLowerCase();
  if (lower === 'invoke-expression' || lower === 'iex')
    return [finding(file, line, `It runs text as code with ${name}.`, 'a command with parameters')];
  if (lower === 'write-host')
    return [
      finding(file, line, 'Write-Host writes past the result.', 'Write-Verbose, Write-Warning or a return value'),
    ];
  if (ALIASES.has(lower)) return [finding(file, line, `${name} is an alias.`, 'the name of the command written out')];
  // Programs and functions of other names have no parameters to name.
  if (kind !== 'script' || positional === null || !/^[a-z]+-[a-z]/i.test(name)) return [];
  return [
    finding(file, line, `${name} takes ${short(positional)} by its position.`, '-ParameterName before the value'),
  ];
}

function checkCall(file: string, { target, member, line }: ParsedCall, kind: FileKind): Problem[] {
  const on = target.toLowerCase();
  const called = member.toLowerCase();
  if (called === 'exit' && /^\[(system\.)?environment\]$/.test(on)) return [exitAt(file, line)];
  const creates = called === 'create' && /^\[(system\.management\.automation\.)?scriptblock\]$/.test(on);
  if (kind === 'boundary' || !(creates || CODE_FROM_TEXT.has(called))) return [];
  return [finding(file, line, `It makes code of text with ${member}.`, 'a command with parameters')];
}

/** A name is Verb-Noun with a verb that Get-Verb lists. */
export function checkVerb(file: string, line: number, name: string): Problem[] {
  const [verb = '', noun] = name.split('-', 2);
  if (noun !== undefined && APPROVED_VERBS.has(verb)) return [];
  return [finding(file, line, `${name} does not begin with an approved verb.`, 'Verb-Noun, with a verb of Get-Verb')];
}

function exitAt(file: string, line: number): Problem {
  return finding(file, line, 'It ends the process with exit.', 'return a value, or throw');
}

function short(text: string): string {
  const [first = ''] = text.split('\n', 1);
  return first.length > 40 ? `${first.slice(0, 40)}…` : first;
}

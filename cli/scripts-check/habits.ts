import type { Problem } from '../../model/problems.ts';
import { APPROVED_VERBS } from './approved-verbs.ts';
import { finding } from './finding.ts';
import { FORBIDDEN_COMMANDS, type FileKind } from './forbidden-commands.ts';
import type { ParsedCommand } from './syntax/commands.ts';
import type { ParsedScript } from './syntax/parse.ts';

/**
 * What a reviewer wants to be told of, by its plain name in whatever letter case. No sandbox: what hides behind a variable,
 * quotes or backticks is for whoever reads the change (docs/decisions/0026-scripts-check-is-no-sandbox.md).
 */
export function checkHabits(file: string, { exits, commands }: ParsedScript, kind: FileKind): Problem[] {
  return [
    ...exits.map((line) => finding(file, line, 'It ends the process with exit.', 'return a value, or throw')),
    ...commands.flatMap((command) => checkCommand(file, command, kind)),
  ];
}

function checkCommand(file: string, { name, line, positional }: ParsedCommand, kind: FileKind): Problem[] {
  const forbidden = FORBIDDEN_COMMANDS.get(name.toLowerCase());
  if (forbidden && forbidden.except !== kind)
    return [finding(file, line, `${name} ${forbidden.does}.`, forbidden.expected)];
  // No alias is Verb-Noun. What one means differs between versions and machines: `curl`, `sc`, `ls`.
  if (!/^([\w.-]+\\)?[a-z]+-[a-z][a-z0-9]*$/i.test(name))
    return [finding(file, line, `${name} is an alias or a program.`, 'a command by its full name, Verb-Noun')];
  if (kind !== 'script' || positional === null) return [];
  return [
    finding(file, line, `${name} takes ${short(positional)} by its position.`, '-ParameterName before the value'),
  ];
}

/** Windows PowerShell reads a file without a byte order mark in the local code page, and takes other quotes for plain ones. */
export function checkCharacters(file: string, text: string): Problem[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const found = /[^\t\x20-\x7E]/u.exec(line)?.[0].codePointAt(0);
    if (found === undefined) return [];
    const code = found.toString(16).toUpperCase().padStart(4, '0');
    return [finding(file, index + 1, `It holds the character U+${code}.`, `ASCII, or [char] 0x${code}`)];
  });
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

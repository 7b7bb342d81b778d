import type { ParsedArgument, ParsedCommand } from '../syntax/commands.ts';
import { ALIASES } from './aliases.ts';
import type { Breach } from './breach.ts';
import { ALLOWED_COMMANDS, MODULES, READING_VERBS } from './command-names.ts';
import { FORBIDDEN_COMMANDS } from './forbidden-commands.ts';
import { judgeType } from './types.ts';

/** The values that a command may be given by name; anything else, a splatted table too, could be what is refused elsewhere. */
type Limits = ReadonlyMap<string, (value: ParsedArgument) => boolean>;

const BLOCK = ({ block }: ParsedArgument): boolean => block;
const ANY = (): boolean => true;
const oneOf =
  (...values: readonly string[]) =>
  ({ constant }: ParsedArgument): boolean =>
    constant !== null && values.includes(constant.toLowerCase());

function limited(
  name: string,
  { limits, expected }: { limits: Record<string, (value: ParsedArgument) => boolean>; expected: string },
): [string, { limits: Limits; expected: string }] {
  return [name, { limits: new Map(Object.entries(limits)), expected }];
}

/** Commands that are as harmless as what they are given. */
const LIMITED: ReadonlyMap<string, { limits: Limits; expected: string }> = new Map([
  // With a member's name it calls that member of whatever comes.
  limited('foreach-object', {
    limits: { '': BLOCK, process: BLOCK, begin: BLOCK, end: BLOCK, inputobject: ANY },
    expected: 'ForEach-Object -Process { … }, with the method called in the block',
  }),
  limited('import-module', {
    limits: {
      name: oneOf('operationsmanager', 'vmware.vimautomation.core'),
      verbose: ({ text }) => text.toLowerCase() === '$false',
    },
    expected: 'Import-Module -Name with a name of checks/commands.ts',
  }),
  limited('invoke-cimmethod', {
    limits: { methodname: oneOf('win32shutdowntracker'), arguments: ANY, inputobject: ANY },
    expected: 'Invoke-CimMethod -MethodName with a name of checks/commands.ts',
  }),
  limited('new-object', {
    limits: {
      '': ({ constant }) => constant !== null,
      typename: ({ constant }) => constant !== null,
      argumentlist: ANY,
      comobject: ({ constant }) =>
        /^microsoft\.update\.(installer|session|systeminfo|updatecoll)$/i.test(constant ?? ''),
    },
    expected: 'New-Object -TypeName with a type, or -ComObject with a class of checks/commands.ts',
  }),
]);

/** What may be called: see CONTRIBUTING.md. `strict` is false for dispatcher and runner, which more is open to. */
export function checkCommand(command: ParsedCommand, strict: boolean, visible: ReadonlySet<string>): Breach[] {
  const { name, written, line, dotted } = command;
  const at = (construct: string, message: string, expected: string): Breach[] => [
    { line, construct, message, expected },
  ];
  if (name === null)
    return at(written, `What ${written} runs is only known as it runs.`, 'a switch with each command by its name');
  const lower = name.toLowerCase();
  const forbidden = FORBIDDEN_COMMANDS.get(lower);
  if (forbidden) return at(name, `${name} ${forbidden.does}.`, forbidden.expected);
  if (ALIASES.has(lower)) return at(name, `${name} is an alias.`, 'the name of the command written out');
  if (written.includes('`')) return at(name, `${name} is written with backticks.`, name);
  if (dotted) return at(written, `${written} runs in the scope of its caller.`, '& or nothing before the name');
  return [...checkName(command, name, strict, visible), ...checkLimits(command, name, strict)];
}

function checkName(command: ParsedCommand, name: string, strict: boolean, visible: ReadonlySet<string>): Breach[] {
  const { line, module, written, own } = command;
  const lower = name.toLowerCase();
  const [verb = ''] = lower.split('-', 1);
  const foreign = module !== '' && !MODULES.has(module);
  if (foreign || !/^[a-z]+-[a-z][a-z0-9]*$/.test(lower)) {
    const message = `${written} starts a program, or a command that nothing here knows.`;
    const expected = 'a command of PowerShell or of a host module, Verb-Noun';
    return [{ line, construct: module === '' ? name : written, message, expected }];
  }
  if (!strict || own || (module === '' && visible.has(lower))) return [];
  if (READING_VERBS.has(verb) || ALLOWED_COMMANDS.has(lower) || LIMITED.has(lower)) return [];
  const message = `${written} is no function of ours, and not among the commands that a script may call.`;
  const expected = 'one of checks/command-names.ts; or a line there, when the change is reviewed as one of the rules';
  return [{ line, construct: written, message, expected }];
}

function checkLimits(command: ParsedCommand, name: string, strict: boolean): Breach[] {
  const { line, arguments: given } = command;
  const limit = LIMITED.get(name.toLowerCase());
  if (!limit) return [];
  const { limits, expected } = limit;
  const types = given.flatMap(({ parameter, constant }) =>
    name.toLowerCase() === 'new-object' && (parameter === 'typename' || parameter === null) && constant !== null
      ? judgeType({ name: constant, line }, strict)
      : [],
  );
  const bad = given.find((value) => !limits.get(value.parameter ?? '')?.(value));
  if (!bad) return types;
  const what = [bad.parameter === null ? [] : [`-${bad.parameter}`], bad.text].flat().join(' ').trim();
  return [...types, { line, construct: name, message: `${name} is given ${what}.`, expected }];
}

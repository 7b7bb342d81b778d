import type { ParsedMember, ParsedType } from '../syntax/members.ts';
import type { ParsedVariable } from '../syntax/variables.ts';
import type { Breach } from './breach.ts';
import { judgeType } from './types.ts';

const COMMAND = 'a command with parameters';

interface Refusal {
  names: string;
  does: string;
  expected: string;
}

/** Members of any object, by name: of the engine, of a shell, of types and of what they hold. */
const GROUPS: readonly Refusal[] = [
  {
    names: `invokecommand invokescript newscriptblock expandstring addscript addcommand addstatement createnestedpipeline
    createpipeline invokereturnasis invokewithcontext getsteppablepipeline sessionstate invokeprovider
    commandnotfoundaction runspace precommandlookupaction postcommandlookupaction`,
    does: 'makes code of text',
    expected: COMMAND,
  },
  {
    names: `invokemember dynamicinvoke getmethod getmethods getconstructor getconstructors getruntimemethod assembly
    getmember declaredmethods declaredmembers declaredconstructors createdelegate createinstance methods makegenerictype`,
    does: 'finds types and methods by their names',
    expected: 'the method written out',
  },
  {
    names: 'setshouldexit exit failfast kill closemainwindow enternestedprompt notifyendapplication terminate',
    does: 'ends the process or the session',
    expected: 'return a value, or throw',
  },
  {
    names: 'ui rawui',
    does: 'writes past the result',
    expected: 'Write-Verbose, Write-Warning or a return value',
  },
];

const REFUSED = new Map(GROUPS.flatMap((group) => group.names.split(/\s+/).map((name) => [name, group] as const)));

/** Refused where they are called; a property may have these names. */
const REFUSED_CALLS: ReadonlyMap<string, Omit<Refusal, 'names'>> = new Map([
  ['invoke', { does: 'runs what is only known as it runs', expected: '& { … }, or the command by its name' }],
  ['begininvoke', { does: 'runs what is only known as it runs', expected: 'the command by its name' }],
  ['foreach', { does: 'calls a member by its name', expected: 'ForEach-Object -Process { … }' }],
  ['where', { does: 'hides what it runs', expected: 'Where-Object -FilterScript { … }' }],
]);

const BY_NAME = { does: 'finds a type by its name', expected: '[Type] written out' };

/** Whether a member may be read or called. */
export function checkMember(parsed: ParsedMember, strict: boolean): Breach[] {
  const { type, isStatic, member, written, line, called, given, target } = parsed;
  const dots = isStatic ? '::' : '.';
  const at = (construct: string, message: string, expected: string): Breach[] => [
    { line, construct, message, expected },
  ];
  if (member === null)
    return at(
      `${dots}${written}`,
      `Which member ${dots}${written} is, is only known as it runs.`,
      'the name written out',
    );
  if (isStatic && type === null)
    return at(`${target}::${member}`, `What type ${target} is, is only known as it runs.`, '[Type] written out');
  if (type !== null) return judgeType({ name: type, line }, strict, member);
  const lower = member.toLowerCase();
  const refused =
    REFUSED.get(lower) ??
    (called ? REFUSED_CALLS.get(lower) : undefined) ??
    (given && lower === 'gettype' ? BY_NAME : undefined);
  return refused ? at(`.${member}`, `.${member} ${refused.does}.`, refused.expected) : [];
}

/** Automatic variables that hold the engine, the host or the defaults of every command. */
const ENGINE = new Set(['executioncontext', 'host', 'psdefaultparametervalues', 'psmoduleautoloadingpreference']);

/** Whether a variable may be read or set. */
export function checkVariable({ name, written, set, line }: ParsedVariable): Breach[] {
  const at = (message: string, expected: string): Breach[] => [{ line, construct: written, message, expected }];
  const [, scope = '', own = name] = /^([^:]+):(.*)$/.exec(name) ?? [];
  if (ENGINE.has(own)) return at(`${written} leads to the engine and the host.`, 'parameters and commands');
  if (scope === 'env' && set) return at(`${written} stays set after the script.`, 'a variable of the script');
  if (['', 'script', 'local', 'private', 'using', 'env'].includes(scope)) return [];
  return at(`${written} is of a drive or a scope that outlives the script.`, '$name or $script:name');
}

/** Attributes that say what a parameter takes and no more, in lower case. */
const ATTRIBUTES = /^(allow(empty(string|collection)|null)|cmdletbinding|outputtype|parameter|validate\w+)$/;
const SUPPRESSES = /^(system\.)?diagnostics\.codeanalysis\.suppressmessage$/;

/** Whether an attribute may be named. */
export function checkAttribute({ name, line }: ParsedType): Breach[] {
  if (ATTRIBUTES.test(name) || SUPPRESSES.test(name)) return [];
  const message = `[${name}()] is not among the attributes that a script may name.`;
  return [{ line, construct: `[${name}()]`, message, expected: '[Parameter()], [Validate…()] or [Allow…()]' }];
}

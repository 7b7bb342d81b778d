import type { ParsedType } from '../syntax/members.ts';
import type { Breach } from './breach.ts';

/** Types by their short names in lower case, that scripts and host modules may name. What they call of them is theirs. */
const ALLOWED = new Set(
  `bool byte char datetime datetimeoffset decimal double guid hashtable int int16 int32 int64 long nullstring object
  ordered pscredential pscustomobject psobject ref regex sbyte securestring single string switch timespan uint16 uint32
  uint64 ulong uri version void wildcardpattern xml boolean bigint cultureinfo
  argumentexception invalidoperationexception bitconverter convert math dayofweek datetimekind stringcomparison enum
  collections.arraylist collections.generic.dictionary collections.generic.hashset collections.generic.list
  collections.idictionary collections.ienumerable componentmodel.win32exception data.sqlclient.sqlconnection
  data.sqlclient.sqlconnectionstringbuilder globalization.cultureinfo globalization.datetimestyles
  io.directory io.directoryinfo io.file io.fileattributes io.fileinfo io.filesystemaclextensions io.path
  management.automation.errorrecord management.automation.pscredential net.networkcredential net.securityprotocoltype
  net.networkinformation.ipglobalproperties net.servicepointmanager net.sockets.tcpclient net.webexception
  net.webrequest runtime.interopservices.comexception security.accesscontrol.directorysecurity
  security.cryptography.sha256 security.principal.ntaccount security.principal.securityidentifier security.securestring
  text.encoding text.utf8encoding text.stringbuilder xml.xmlconvert`.split(/\s+/),
);

/** Of a type that also ends the process or changes its environment, only these members. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  environment: new Set(
    'getfolderpath machinename newline osversion processorcount systemdirectory workingset'.split(' '),
  ),
};

interface Refusal {
  pattern: RegExp;
  does: string;
  expected: string;
}

/** Refused everywhere, in dispatcher and runner too but for their exceptions. */
const FORBIDDEN: readonly Refusal[] = [
  {
    pattern:
      /^(management\.automation\.)?(scriptblock|powershell|runspaces\..*|runspacefactory|runspace.*|language\..*)$/,
    does: 'makes code of text',
    expected: 'a command with parameters',
  },
  {
    pattern:
      /^(management\.automation\.(psmethod|commandinvocationintrinsics|engineintrinsics|host\..*)|initialsessionstate)/,
    does: 'makes code of text',
    expected: 'a command with parameters',
  },
  {
    pattern: /^(reflection\..*|codedom\..*|linq\.expressions\..*|microsoft\.(csharp|visualbasic|codeanalysis).*)$/,
    does: 'makes code as it runs',
    expected: 'a command with parameters',
  },
  {
    pattern: /^(type|activator|appdomain|delegate|runtime\.interopservices\.marshal|threading\..*|psobject\.assembly)$/,
    does: 'finds types and methods by their names',
    expected: '[Type] written out',
  },
  {
    pattern: /^(diagnostics\.process.*|wmi|wmiclass|wmisearcher|adsi|management\.management.*)$/,
    does: 'starts and ends programs',
    expected: 'a verb of the host module',
  },
  { pattern: /^console$/, does: 'writes past the result', expected: 'Write-Verbose, Write-Warning or a return value' },
];

const ENDS = new Set(['exit', 'failfast']);

/**
 * Whether a type, or one member of it, may be named. `strict` as it is for scripts and host modules; dispatcher and runner
 * may name any type that is not refused.
 */
export function judgeType({ name, line }: ParsedType, strict: boolean, member?: string): Breach[] {
  const construct = member === undefined ? `[${name}]` : `[${name}]::${member}`;
  return partsOf(name).flatMap((part) => {
    if (part === 'environment' && ENDS.has(member?.toLowerCase() ?? ''))
      return [{ line, construct, message: `${construct} ends the process.`, expected: 'return a value, or throw' }];
    const refused = FORBIDDEN.find(({ pattern }) => pattern.test(part));
    if (refused) return [{ line, construct, message: `${construct} ${refused.does}.`, expected: refused.expected }];
    if (!strict || ALLOWED.has(part) || MEMBERS[part]?.has(member?.toLowerCase() ?? '')) return [];
    const message = `${construct} is not among the types and members that a script may name.`;
    const expected = 'one of checks/types.ts; or a line there, when the change is reviewed as one of the rules';
    return [{ line, construct, message, expected }];
  });
}

/** The type itself and those that it is made of, in lower case: list, string for `Collections.Generic.List[string]`. */
function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[[\],]/)
    .map((part) => part.trim().replace(/^system\./, ''))
    .filter((part) => part !== '');
}

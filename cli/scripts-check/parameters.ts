import type { Problem } from '../../model/problems.ts';
import type { ParsedParameter } from './syntax/parameters.ts';
import { finding } from './finding.ts';
import type { ExpectedParameter } from './parameter-schema.ts';

export interface ComparedScript {
  file: string;
  /** Line for what is missing altogether. */
  line: number;
  parameters: readonly ParsedParameter[];
}

/** Names for one type that PowerShell takes alike. */
const SAME_TYPE: Readonly<Record<string, string>> = {
  int32: 'int',
  int64: 'long',
  boolean: 'bool',
  float: 'single',
  psobject: 'object',
  switchparameter: 'switch',
};

/** Compares a script's `param()` block with its contract: names, mandatory, types, value sets, ranges, what may be empty. */
export function compareWithContract(script: ComparedScript, expected: readonly ExpectedParameter[]): Problem[] {
  const { file, line, parameters } = script;
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const wanted = new Set(expected.map(({ name }) => name));
  return [
    ...expected.flatMap((one) => {
      const found = byName.get(one.name);
      if (!found)
        return [finding(file, line, `It lacks ${one.name}, which its contract has.`, `[${one.types[0]}] $${one.name}`)];
      return compareOne(file, found, one);
    }),
    ...parameters
      .filter(({ name }) => !wanted.has(name))
      .map(({ name, line: at }) => finding(file, at, `It has ${name}, which its contract lacks.`, `no ${name}`)),
  ];
}

function compareOne(file: string, found: ParsedParameter, expected: ExpectedParameter): Problem[] {
  const { name, line } = found;
  const at = (message: string, right: string): Problem => finding(file, line, `${name} ${message}`, right);
  const problems: Problem[] = [];
  if (found.mandatory !== expected.mandatory) {
    problems.push(
      expected.mandatory
        ? at('may be left out, and its contract demands it.', '[Parameter(Mandatory)]')
        : at('is mandatory, and may be left out by its contract.', 'no Mandatory'),
    );
  }
  if (!expected.types.includes(plainType(found.type))) {
    const type = found.type === '' ? 'has no type' : `is a [${found.type}]`;
    problems.push(at(`${type}, which does not fit its contract.`, `[${expected.types[0]}]`));
  }
  return [...problems, ...compareValues(at, found, expected), ...compareAllowed(at, found, expected)];
}

type At = (message: string, right: string) => Problem;

function compareValues(at: At, found: ParsedParameter, { values, range }: ExpectedParameter): Problem[] {
  const set = found.attributes.get('validateset');
  const bounds = found.attributes.get('validaterange');
  const problems: Problem[] = [];
  if (values && !sameMembers(values, set ?? []))
    problems.push(
      at(
        set ? 'has another ValidateSet than its contract.' : 'has no ValidateSet.',
        `[ValidateSet(${values.map(quoted).join(', ')})]`,
      ),
    );
  if (set && !values) problems.push(at('has a ValidateSet, and its contract no z.enum.', 'both, or none'));
  if (bounds && !(range && bounds.map(Number).every((bound, index) => bound === range[index])))
    problems.push(
      at(
        'has another ValidateRange than its contract.',
        range ? `[ValidateRange(${range.join(', ')})]` : 'min and max in the contract, or no ValidateRange',
      ),
    );
  return problems;
}

function compareAllowed(at: At, found: ParsedParameter, { allows }: ExpectedParameter): Problem[] {
  return allows
    .filter((attribute) => !found.attributes.has(attribute.toLowerCase()))
    .map((attribute) =>
      at(`refuses what its contract allows: it lacks ${attribute}.`, `[${attribute}()], or a stricter contract`),
    );
}

/** A type's short name in lower case, with its brackets of an array. */
export function plainType(type: string): string {
  const [, name = '', array = ''] =
    /^(?:system\.)?([^[]*)(\[\])?$/.exec(type.toLowerCase().replaceAll(/\s/g, '')) ?? [];
  return `${SAME_TYPE[name] ?? name}${array}`;
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value));
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

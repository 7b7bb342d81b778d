import { z } from 'zod';
import type { AnyContract } from '../../model/contract.ts';
import type { Parameter } from './syntax.ts';

type Schema = Exclude<z.core.JSONSchema._JSONSchema, boolean>;

/** The parameters that a contract demands, as PowerShell declares them. */
export function demanded({ name: whose, parameters }: AnyContract): Parameter[] {
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`The parameters of ${whose} are no z.strictObject().`);
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const schema = typeof property === 'boolean' ? {} : property;
    const type = typeOf(schema);
    const accepts = (value: unknown): boolean => parameters.shape[name]?.safeParse(value).success === true;
    // PowerShell refuses empty and missing values of mandatory parameters only.
    const mandatory = required.includes(name) && [
      'Parameter(Mandatory)',
      type.startsWith('string') && accepts(type === 'string' ? '' : ['']) && 'AllowEmptyString()',
      type.endsWith('[]') && accepts([]) && 'AllowEmptyCollection()',
      accepts(null) && 'AllowNull()',
    ];
    const declared = [...(mandatory || []), ...limits(schema), type].filter((one) => one !== false);
    return { name, declared, line: 1 };
  });
}

const TYPES = { string: 'string', boolean: 'bool', number: 'double', object: 'hashtable' } as Record<string, string>;

function typeOf({ type, items, minimum = -Infinity, maximum = Infinity }: Schema): string {
  if (type === 'integer') return Math.max(-minimum, maximum) < 2 ** 31 ? 'int' : 'long';
  // Null in a typed parameter silently becomes '' or 0, so that what may be null is no type of its own.
  if (type !== 'array') return TYPES[String(type)] ?? 'object';
  const item = typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'object';
  return item === 'hashtable' ? 'object[]' : `${item}[]`;
}

function limits({ type, enum: values, minimum = -Infinity, maximum = Infinity }: Schema): string[] {
  const quoted = values?.map((value) => `'${String(value).replaceAll("'", "''")}'`);
  if (quoted && type === 'string') return [`ValidateSet(${quoted.join(', ')})`];
  const bounded = Math.max(-minimum, maximum) < Number.MAX_SAFE_INTEGER;
  return bounded ? [`ValidateRange(${minimum}, ${maximum})`] : [];
}

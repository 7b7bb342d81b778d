import { z } from 'zod';

/** What a contract says of one parameter, as far as PowerShell can say it too. */
export interface ExpectedParameter {
  name: string;
  mandatory: boolean;
  /** Type names that carry every value; the first is the one to write. */
  types: readonly [string, ...string[]];
  /** The values of a z.enum; null when any value of the type will do. */
  values: readonly string[] | null;
  /** Bounds of a number; null when it has none. */
  range: readonly [number, number] | null;
  /** Attributes without which PowerShell refuses a value that the contract allows, as they are written. */
  allows: readonly string[];
}

const INT32_MAX = 2 ** 31 - 1;

type Schema = z.core.JSONSchema._JSONSchema;

/** The parameters that a script must have for its contract. */
export function expectedParameters(contract: z.ZodObject): ExpectedParameter[] {
  const { properties = {}, required = [] } = z.toJSONSchema(contract, { unrepresentable: 'any', io: 'output' });
  return Object.entries(properties).map(([name, schema]) => {
    const accepts = (value: unknown): boolean => contract.shape[name]?.safeParse(value).success === true;
    const types = typesOf(schema);
    const mandatory = required.includes(name);
    return {
      name,
      mandatory,
      types,
      values: valuesOf(schema),
      range: rangeOf(schema),
      // PowerShell refuses empty and missing values of mandatory parameters only.
      allows: mandatory ? allowed(types[0], accepts) : [],
    };
  });
}

function typesOf(schema: Schema): [string, ...string[]] {
  if (typeof schema === 'boolean') return ['object'];
  switch (schema.type) {
    case 'string':
      return ['string'];
    case 'boolean':
      return ['bool', 'switch'];
    case 'integer':
      return fitsInt32(schema) ? ['int', 'long'] : ['long'];
    case 'number':
      return ['double'];
    case 'array': {
      const items = schema.items;
      const [item] = items === undefined || Array.isArray(items) ? ['object'] : typesOf(items);
      return [`${item === 'hashtable' ? 'object' : item}[]`];
    }
    case 'object':
      return ['hashtable', 'object', 'collections.idictionary'];
    default:
      // Null in a typed parameter silently becomes '' or 0, so that what may be null is no type of its own.
      return ['object'];
  }
}

function fitsInt32({ minimum = -Infinity, maximum = Infinity }: Exclude<Schema, boolean>): boolean {
  return minimum >= -INT32_MAX && maximum <= INT32_MAX;
}

function valuesOf(schema: Schema): string[] | null {
  if (typeof schema === 'boolean' || schema.type !== 'string' || !schema.enum) return null;
  return schema.enum.map(String);
}

function rangeOf(schema: Schema): [number, number] | null {
  if (typeof schema === 'boolean') return null;
  const { minimum, maximum } = schema;
  return minimum === undefined || maximum === undefined ? null : [minimum, maximum];
}

function allowed(type: string, accepts: (value: unknown) => boolean): string[] {
  const empty = accepts('') && type === 'string';
  const emptyElement = accepts(['']) && type === 'string[]';
  return [
    ...(empty || emptyElement ? ['AllowEmptyString'] : []),
    ...(accepts([]) && type.endsWith('[]') ? ['AllowEmptyCollection'] : []),
    ...(accepts(null) ? ['AllowNull'] : []),
  ];
}

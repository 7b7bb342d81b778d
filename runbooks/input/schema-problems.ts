import { z } from 'zod';
import type { Problem } from '../../model/problems.ts';
import { closest } from './close-match.ts';

interface JsonSchema {
  description?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** A problem with the path's segments, for those who look the place up in a file. */
export interface LocatedProblem extends Problem {
  at: PropertyKey[];
}

/** `waves[1].percent`: a path as operators and editors write it. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/**
 * Every issue of a failed parse as a problem. What would be right comes from the field's own description, so that the form's
 * documentation and the error never disagree; a custom issue may bring its own in `params.expected`.
 */
export function schemaProblems(schema: z.ZodType, error: z.ZodError): LocatedProblem[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return error.issues.flatMap((issue) => issueProblems(root, issue, []));
}

function issueProblems(root: JsonSchema, issue: z.core.$ZodIssue, above: PropertyKey[]): LocatedProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(root, path, key));
  if (issue.code === 'invalid_union') {
    // The branch whose shape fits best says what is wrong inside it; branches of another type only say that they do not fit.
    const fitting = issue.errors.filter((issues) => issues.length > 0 && !issues.some(refusesTheType));
    const fewest = Math.min(...fitting.map((issues) => issues.length));
    const [best = [], ...alike] = fitting.filter((issues) => issues.length === fewest);
    if (alike.length === 0 && best.length > 0) return best.flatMap((one) => issueProblems(root, one, path));
  }
  const own: unknown = issue.code === 'custom' ? issue.params?.['expected'] : undefined;
  const expected = typeof own === 'string' ? own : (describe(root, path) ?? 'see the description of this field');
  return [{ at: path, path: pathText(path), message: messageOf(issue), expected }];
}

const WRONG_TYPE = /^Invalid input: expected (\w+), received (\w+)$/;

/** The validator's own words, where they are no plain ones, as words for whoever wrote the file. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'this field is missing';
  if (issue.code === 'invalid_union') return 'this value has none of the forms that fit here';
  if (issue.code === 'invalid_type') return issue.message.replace(WRONG_TYPE, 'this is of type $2, not $1');
  if (issue.code === 'too_small' && issue.origin === 'string') return `too short: at least ${issue.minimum} characters`;
  if (issue.code === 'too_big' && issue.origin === 'string') return `too long: at most ${issue.maximum} characters`;
  return issue.message;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'invalid_union') {
    return (
      issue.errors.length > 0 &&
      issue.errors.every((branch) => branch.some((one) => one.path.length === 0 && isMissing(one)))
    );
  }
  return issue.message.endsWith('received undefined');
}

function refusesTheType(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function unknownField(root: JsonSchema, path: PropertyKey[], key: string): LocatedProblem {
  const known = [...new Set(nodesAt(root, path).flatMap((node) => Object.keys(node.properties ?? {})))];
  const near = closest(key, known)[0];
  return {
    at: [...path, key],
    path: pathText([...path, key]),
    message: `there is no field "${key}" here${near === undefined ? '' : `; did you mean "${near}"?`}`,
    expected: known.length === 0 ? 'no such field' : `one of ${known.join(', ')}`,
  };
}

function describe(root: JsonSchema, path: readonly PropertyKey[]): string | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const text = nodesAt(root, path.slice(0, length)).find((node) => node.description !== undefined)?.description;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The schema's nodes at a path; several where a value may have several shapes. */
function nodesAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  return path
    .reduce<JsonSchema[]>((nodes, key) => nodes.flatMap(branches).flatMap((node) => child(node, key)), [root])
    .flatMap(branches);
}

function branches(node: JsonSchema): JsonSchema[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return [node, ...inner.flatMap(branches)];
}

function child(node: JsonSchema, key: PropertyKey): JsonSchema[] {
  if (typeof key === 'number') return node.items === undefined ? [] : [node.items];
  const property = node.properties?.[String(key)];
  if (property !== undefined) return [property];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

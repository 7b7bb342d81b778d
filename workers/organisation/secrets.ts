import { pathText } from '../../runbooks/input/schema-problems.ts';
import type { LocatedProblem } from '../../runbooks/input/schema-problems.ts';

const SECRET_FIELD = /pass(word|wd|phrase)|secret|token|api-?key|private-?key/i;
const REFERENCE = /^(env|file):/;

/**
 * Secrets never enter the configuration: fields whose name says that they hold one. The value is never repeated
 * in the problem.
 */
export function writtenSecrets(value: unknown, at: PropertyKey[] = []): LocatedProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => writtenSecrets(item, [...at, index]));
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...at, key];
    if (typeof inner !== 'string' || !SECRET_FIELD.test(key) || REFERENCE.test(inner))
      return writtenSecrets(inner, here);
    const message =
      'a secret does not belong in the configuration; change it where it was used, since it may have been read';
    const expected = 'a reference (env:NAME, file:PATH) in a field that takes one';
    return [{ at: here, path: pathText(here), message, expected }];
  });
}

import type { Problem } from '../../model/problems.ts';

/** A problem at a line of a file. */
export function finding(file: string, line: number, message: string, expected: string): Problem {
  return { path: `${file}:${line}`, message, expected };
}

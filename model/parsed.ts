import type { Problem } from './problems.ts';

/** A value that was made of something given, or everything that is wrong with what was given. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

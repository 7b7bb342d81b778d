import { patternsOf } from './secret-search/patterns.ts';
import { SecretSearch, type Found, type SecretPattern } from './secret-search/search.ts';
import type { Secret } from './secrets.ts';

/** Keeps the secrets of one call out of what comes back from it. */
export interface CallRedaction {
  /** Output beside the answer: also what other calls' secrets left behind is taken out. */
  output: (text: string) => string;
  /**
   * A value of the answer, without this call's secrets and what earlier calls' long ones left in the session, and the
   * references of those that were found in it. The value is one of limited depth.
   */
  answer: <T>(value: T) => { value: T; found: string[] };
}

interface Known extends Secret {
  patterns: SecretPattern<Known>[];
}

type Clean = (text: string) => string;

/** Secrets that are remembered for later calls. */
const REMEMBERED = 100;
/** Characters from which on another call's secret does not stand in an answer by chance, as `Running` may. */
const LONG = 12;

/** Knows the secrets that were sent to a shell and takes them out of texts and values. */
export class Redactor {
  #known: readonly Known[] = [];
  /** Of the known ones; made anew when they change. */
  #search: SecretSearch<Known> | null = null;

  learn(secrets: readonly Secret[]): CallRedaction {
    const own = secrets.map((secret) => this.#remember(secret));
    // Two references may lead to one value: the call's own is the one to name.
    const ownFirst = (found: Found<Known>[]): Found<Known>[] =>
      found.toSorted((one, other) => Number(own.includes(other.secret)) - Number(own.includes(one.secret)));
    return {
      output: (text) => {
        const found = this.#searches(own).flatMap((search) => search.find(text, { wanted: () => true, cut: true }));
        return replace(text, ownFirst(found), () => undefined);
      },
      answer: (value) => {
        const searches = this.#searches(own);
        const references = new Set<string>();
        const wanted = (known: Known): boolean => known.value.length >= LONG || own.includes(known);
        const clean: Clean = (text) => {
          const found = searches.flatMap((search) => search.find(text, { wanted, cut: false }));
          return replace(text, ownFirst(found), (reference) => references.add(reference));
        };
        return { value: cleanValue(value, clean) as typeof value, found: [...references] };
      },
    };
  }

  /** For all that is known; and, as a call that runs long must not lose its own secrets, for those that are no longer. */
  #searches(own: readonly Known[]): SecretSearch<Known>[] {
    this.#search ??= searchFor(this.#known);
    const forgotten = own.filter((one) => !this.#known.includes(one));
    return forgotten.length === 0 ? [this.#search] : [this.#search, searchFor(forgotten)];
  }

  #remember(secret: Secret): Known {
    const same = this.#known.find(({ reference, value }) => reference === secret.reference && value === secret.value);
    if (same) return same;
    const known: Known = { ...secret, patterns: [] };
    known.patterns = patternsOf(secret.value).map((pattern) => ({ ...pattern, secret: known }));
    this.#known = [...this.#known, known].slice(-REMEMBERED);
    this.#search = null;
    return known;
  }
}

function searchFor(known: readonly Known[]): SecretSearch<Known> {
  return new SecretSearch(known.flatMap(({ patterns }) => patterns));
}

function cleanValue(value: unknown, clean: Clean): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') {
    const text = clean(String(value));
    return text === String(value) ? value : text;
  }
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleanValue(item, clean)]));
}

/** Puts a placeholder where secrets stand. Of secrets that overlap, the longest is named: it may contain the others. */
function replace(text: string, found: Found<Known>[], onFound: (reference: string) => void): string {
  if (found.length === 0) return text;
  const parts: string[] = [];
  let done = 0;
  for (const { from, to, secret } of joined(found)) {
    onFound(secret.reference);
    parts.push(text.slice(done, withEscape(text, from, done)), `[secret ${secret.reference}]`);
    done = to;
  }
  return parts.join('') + text.slice(done);
}

function joined(found: Found<Known>[]): Found<Known>[] {
  const apart: Found<Known>[] = [];
  for (const next of found.toSorted((one, other) => one.from - other.from)) {
    const last = apart.at(-1);
    if (!last || next.from >= last.to) {
      apart.push(next);
      continue;
    }
    last.to = Math.max(last.to, next.to);
    if (saysMore(next, last)) Object.assign(last, { secret: next.secret, whole: next.whole });
  }
  return apart;
}

function saysMore(one: Found<Known>, other: Found<Known>): boolean {
  if (one.whole !== other.whole) return one.whole;
  return one.secret.value.length > other.secret.value.length;
}

/** What escapes the first character goes with it. */
function withEscape(text: string, from: number, done: number): number {
  if (/[\p{L}\p{N}]/u.test(text.charAt(from))) return from;
  let begin = from;
  while (begin > done && /[\\`]/.test(text.charAt(begin - 1))) begin -= 1;
  return begin;
}

import { formsOf, type SecretForm } from './secret-forms.ts';
import type { Secret } from './secrets.ts';

/** Keeps the secrets of one call out of what comes back from it. */
export interface CallRedaction {
  /** Output beside the answer: also what other calls' secrets left behind is taken out. */
  output: (text: string) => string;
  /**
   * A value of the answer, without this call's secrets and what earlier calls' long ones left in the session, and the
   * references of those that were found in it.
   */
  answer: <T>(value: T) => { value: T; found: string[] };
}

interface Known {
  reference: string;
  value: string;
  forms: SecretForm[];
}

/** Secrets that are remembered for later calls. */
const REMEMBERED = 100;
/** Characters from which on another call's secret does not stand in an answer by chance, as `Running` may. */
const LONG = 12;
/** Characters of a secret's beginning, at the very end of a text, that are taken for a secret cut off. */
const SHORTEST_TAIL = 4;
/** A longer beginning is found as one, wherever it stands. */
const LONGEST_TAIL = 64;

/** Knows the secrets that were sent to a shell and takes them out of texts and values. */
export class Redactor {
  #known: Known[] = [];

  learn(secrets: readonly Secret[]): CallRedaction {
    const own = secrets.map((secret) => this.#remember(secret));
    return {
      output: (text) => {
        const known = longestFirst(this.#known);
        return cutTail(
          scrub(text, known, () => undefined),
          known,
        );
      },
      answer: (value) => {
        const found = new Set<string>();
        const others = this.#known.filter((known) => known.value.length >= LONG && !own.includes(known));
        const known = longestFirst([...own, ...others]);
        const clean = known.length === 0 ? value : scrubValue(value, known, (reference) => found.add(reference));
        return { value: clean as typeof value, found: [...found] };
      },
    };
  }

  #remember({ reference, value }: Secret): Known {
    const same = this.#known.find((known) => known.reference === reference && known.value === value);
    if (same) return same;
    const known = { reference, value, forms: formsOf(value) };
    this.#known = [...this.#known, known].slice(-REMEMBERED);
    return known;
  }
}

/** A secret may contain another one; the placeholder of the longer one says more. */
function longestFirst(known: Known[]): Known[] {
  return known.toSorted((one, other) => other.value.length - one.value.length);
}

type OnFound = (reference: string) => void;

function scrubValue(value: unknown, known: Known[], onFound: OnFound): unknown {
  if (typeof value === 'string') return scrub(value, known, onFound);
  if (typeof value === 'number') {
    const text = scrub(String(value), known, onFound);
    return text === String(value) ? value : text;
  }
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, known, onFound));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [scrub(key, known, onFound), scrubValue(item, known, onFound)]),
  );
}

function scrub(text: string, known: Known[], onFound: OnFound): string {
  let clean = text;
  for (const { reference, forms } of known) {
    for (const form of forms) {
      const replaced = replace(clean, form, `[secret ${reference}]`);
      if (replaced !== clean) onFound(reference);
      clean = replaced;
    }
  }
  return clean;
}

function replace(text: string, { head, rest }: SecretForm, placeholder: string): string {
  const kept: string[] = [];
  let from = 0;
  head.lastIndex = 0;
  for (let match = head.exec(text); match; match = head.exec(text)) {
    const end = matchRest(text, rest, head.lastIndex);
    kept.push(text.slice(from, match.index), placeholder);
    from = end;
    head.lastIndex = end;
  }
  return from === 0 ? text : kept.join('') + text.slice(from);
}

/** Where the match ends: as far as the text goes on like the secret. */
function matchRest(text: string, rest: RegExp[], from: number): number {
  let end = from;
  for (const unit of rest) {
    unit.lastIndex = end;
    if (!unit.test(text)) return end;
    end = unit.lastIndex;
  }
  return end;
}

/** The output of a killed process may end in the middle of a secret. */
function cutTail(text: string, known: Known[]): string {
  for (const { reference, forms } of known) {
    for (const { literal } of forms) {
      for (let length = Math.min(literal.length - 1, text.length, LONGEST_TAIL); length >= SHORTEST_TAIL; length -= 1) {
        if (text.endsWith(literal.slice(0, length))) return `${text.slice(0, -length)}[secret ${reference}]`;
      }
    }
  }
  return text;
}

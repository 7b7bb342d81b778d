import { secretForms } from './secret-forms.ts';
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
  forms: string[];
}

/** Where a secret stands in a text. */
interface Found {
  from: number;
  to: number;
  secret: Known;
}

type Clean = (text: string) => string;

/** Secrets that are remembered for later calls. */
const REMEMBERED = 100;
/** Characters from which on another call's secret does not stand in an answer by chance, as `Running` may. */
const LONG = 12;
/** Characters of a form that show it: a view of an error may leave out the rest. */
const HEAD = 32;
/** The least that is taken for a secret of which a process wrote no more before it ended. */
const SHORTEST_CUT = 6;

/** Knows the secrets that were sent to a shell and takes them out of texts and values. */
export class Redactor {
  #known: readonly Known[] = [];

  learn(secrets: readonly Secret[]): CallRedaction {
    const own = secrets.map((secret) => this.#remember(secret));
    // A call that runs long must not lose its own. Two references may lead to one value: the call's own is the one to name.
    const all = (): Known[] => [...own, ...this.#known.filter((one) => !own.includes(one))];
    return {
      output: (text) => {
        const whole = standing(text, all());
        const cut = cutOff(text, all()).filter(({ from }) => !whole.some(({ to }) => to > from));
        return replace(text, [...whole, ...cut], () => undefined);
      },
      answer: (value) => {
        const known = all().filter((one) => one.value.length >= LONG || own.includes(one));
        const references = new Set<string>();
        const clean: Clean = (text) => replace(text, standing(text, known), (reference) => references.add(reference));
        return { value: cleanValue(value, clean) as typeof value, found: [...references] };
      },
    };
  }

  #remember(secret: Secret): Known {
    const same = this.#known.find(({ reference, value }) => reference === secret.reference && value === secret.value);
    if (same) return same;
    const known = { ...secret, forms: secretForms(secret.value) };
    this.#known = [...this.#known, known].slice(-REMEMBERED);
    return known;
  }
}

/** Every place at which a form of a secret stands, or the head of a long one. */
function standing(text: string, known: readonly Known[]): Found[] {
  return known.flatMap((secret) =>
    secret.forms.flatMap((form) => {
      const found: Found[] = [];
      const head = form.slice(0, HEAD);
      for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
        let length = head.length;
        while (length < form.length && text.charAt(from + length) === form.charAt(length)) length += 1;
        found.push({ from, to: from + length, secret });
      }
      return found;
    }),
  );
}

/** A form that begins where the text ends: its process was ended while it wrote. */
function cutOff(text: string, known: readonly Known[]): Found[] {
  const end = text.trimEnd();
  return known.flatMap((secret) =>
    secret.forms.flatMap((form) => {
      for (let length = Math.min(form.length, HEAD) - 1; length >= SHORTEST_CUT; length -= 1)
        if (end.endsWith(form.slice(0, length))) return [{ from: end.length - length, to: end.length, secret }];
      return [];
    }),
  );
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
function replace(text: string, found: Found[], onFound: (reference: string) => void): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to, secret } of joined(found)) {
    onFound(secret.reference);
    parts.push(text.slice(done, from), `[secret ${secret.reference}]`);
    done = to;
  }
  return parts.join('') + text.slice(done);
}

function joined(found: Found[]): Found[] {
  const apart: Found[] = [];
  for (const next of found.toSorted((one, other) => one.from - other.from)) {
    const last = apart.at(-1);
    if (!last || next.from >= last.to) {
      apart.push({ ...next });
      continue;
    }
    last.to = Math.max(last.to, next.to);
    if (next.secret.value.length > last.secret.value.length) last.secret = next.secret;
  }
  return apart;
}

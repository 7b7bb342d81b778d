import { secretForms } from './secret-forms.ts';
import { SHORTEST, type Secret } from './secrets.ts';

/** Keeps the secrets of one call out of what comes back from it. */
export interface CallRedaction {
  /** Output beside the answer: also what other calls' secrets left behind is taken out. */
  output: (text: string) => string;
  /** A value of limited depth without this call's secrets and other calls' long ones, and the references of what it held. */
  answer: <T>(value: T) => { value: T; found: string[] };
}

type Known = Secret & { forms: string[] };
/** Forms by their first characters: one look-up tells which may stand at a place of a text, however many there are. */
type Forms = ReadonlyMap<string, { form: string; reference: string }[]>;

/** Secrets that are remembered for later calls. */
const REMEMBERED = 100;
/** Characters from which on another call's secret does not stand in an answer by chance, as `Running` may. */
const LONG = 12;
/** Characters of a form that show it: a view of an error may leave out the rest. */
const HEAD = 32;
/** Those that show it at the end of a text, since a process that was ended or a cut line may have left no more. */
const SHORTEST_CUT = 6;

/** Knows the secrets that were sent to a shell and takes them out of texts and values. */
export class Redactor {
  #known: readonly Known[] = [];

  learn(secrets: readonly Secret[]): CallRedaction {
    // A call that runs long must not lose its own. Two references may lead to one value: the call's own is the one to name.
    const own = secrets.map((secret) => this.#remember(secret));
    let [known, forms]: [readonly Known[] | null, Forms] = [null, new Map()];
    return {
      output: (text) => {
        // There are many texts, and what a call beside this one learns meanwhile may stand in the next.
        if (known !== this.#known) {
          known = this.#known;
          forms = byBeginning([...own, ...known]);
        }
        return redact(text, forms, text.trimEnd().length);
      },
      answer: (value) => {
        const long = this.#known.filter((other) => other.value.length >= LONG);
        const [ownAndLong, found] = [byBeginning([...own, ...long]), new Set<string>()];
        const clean = cleanValue(value, (text) => redact(text, ownAndLong, Infinity, found));
        return { value: clean as typeof value, found: [...found] };
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

function byBeginning(known: readonly Known[]): Forms {
  const all = new Map<string, { form: string; reference: string }[]>();
  for (const { reference, forms } of known) {
    for (const form of forms) {
      const beginning = form.slice(0, SHORTEST);
      const alike = all.get(beginning) ?? [];
      alike.push({ form, reference });
      all.set(beginning, alike);
    }
  }
  return all;
}

/**
 * Puts placeholders where forms stand. Of those that begin together the longest is named, since it may contain the others; one that
 * begins within another is taken out with it. From `cutAt` on a form may be incomplete.
 */
function redact(text: string, forms: Forms, cutAt: number, found?: Set<string>): string {
  let clean = '';
  let done = 0;
  for (let at = 0; forms.size > 0 && at + SHORTEST <= text.length; at += 1) {
    let [end, named] = [done, ''];
    for (const { form, reference } of forms.get(text.slice(at, at + SHORTEST)) ?? []) {
      let to = at + SHORTEST;
      while (to - at < form.length && text[to] === form[to - at]) to += 1;
      const least = Math.min(form.length, to < cutAt ? HEAD : SHORTEST_CUT);
      if (to - at >= least && to > end) [end, named] = [to, reference];
    }
    if (end > done && at >= done) {
      clean += `${text.slice(done, at)}[secret ${named}]`;
      found?.add(named);
    }
    done = end;
  }
  return clean + text.slice(done);
}

function cleanValue(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = clean(String(value));
    return text === String(value) ? value : text;
  }
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleanValue(item, clean)]));
}

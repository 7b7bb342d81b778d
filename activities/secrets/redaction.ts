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

/** Secrets that are remembered: far more than there are in the calls of one time, so that none loses its own. */
const REMEMBERED = 1_000;
/** Characters from which on another call's secret does not stand in an answer by chance, as `Running` may. */
const LONG = 12;
/** Characters of a form that show it: a view of an error may leave out the rest. */
const HEAD = 32;
/** Those that show it at the end of a text, since a process that was ended or a cut line may have left no more. */
const SHORTEST_CUT = 6;

/** Knows the secrets that were sent to a shell and takes them out of texts and values. */
export class Redactor {
  #known: readonly Known[] = [];
  /** Forms by their first characters: one look-up tells which may stand at a place of a text, however many there are. */
  readonly #forms = new Map<string, { form: string; secret: Known }[]>();

  learn(secrets: readonly Secret[]): CallRedaction {
    const own = new Set(secrets.map((secret) => this.#remember(secret)));
    return {
      output: (text) => this.#redact(text, own),
      answer: (value) => {
        const found = new Set<string>();
        const clean = cleanValue(value, (text) => this.#redact(text, own, found));
        return { value: clean as typeof value, found: [...found] };
      },
    };
  }

  #remember(secret: Secret): Known {
    const same = this.#known.find(({ reference, value }) => reference === secret.reference && value === secret.value);
    if (same) return same;
    const learned = { ...secret, forms: secretForms(secret.value) };
    this.#known = [...this.#known, learned].slice(-REMEMBERED);
    this.#forms.clear();
    for (const known of this.#known) {
      for (const form of known.forms) {
        const beginning = form.slice(0, SHORTEST);
        const alike = this.#forms.get(beginning) ?? [];
        alike.push({ form, secret: known });
        this.#forms.set(beginning, alike);
      }
    }
    return learned;
  }

  /**
   * Puts placeholders where forms stand. Of those that begin together the longest is named, since it may contain the others; one that
   * begins within another is taken out with it. Output may end in the middle of a form; an answer, of which `found` learns the
   * references, does not, and keeps what other calls' short secrets may be.
   */
  #redact(text: string, own: ReadonlySet<Known>, found?: Set<string>): string {
    const shortest = found ? LONG : SHORTEST;
    const cutAt = found ? Infinity : text.trimEnd().length;
    let clean = '';
    let done = 0;
    for (let at = 0; this.#forms.size > 0 && at + SHORTEST <= text.length; at += 1) {
      let [end, named] = [done, ''];
      for (const { form, secret } of this.#forms.get(text.slice(at, at + SHORTEST)) ?? []) {
        if (!own.has(secret) && secret.value.length < shortest) continue;
        let to = at + SHORTEST;
        while (to - at < form.length && text[to] === form[to - at]) to += 1;
        const least = Math.min(form.length, to < cutAt ? HEAD : SHORTEST_CUT);
        // Two references may lead to one value: the call's own is the one to name.
        if (to - at >= least && (to > end || (to === end && own.has(secret)))) [end, named] = [to, secret.reference];
      }
      if (end > done && at >= done) {
        clean += `${text.slice(done, at)}[secret ${named}]`;
        found?.add(named);
      }
      done = end;
    }
    return clean + text.slice(done);
  }
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

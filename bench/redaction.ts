import { Redactor } from '../activities/powershell/redaction.ts';
import { round, spread, timeEach } from './statistics.ts';

export interface RedactionReport {
  /** Milliseconds at p50 for an answer of 10,000 small values, by the number of secrets that the shell was sent. */
  answerMs: { secrets: number; p50: number }[];
  /** That of the most secrets through that of one. */
  manyThroughOne: number;
  /** Milliseconds at p50 for a text of escapes that are escaped again, of one size and of four times that. */
  nestedMs: { characters: number; p50: number }[];
  /** That of the long text through that of the short one: 4 when the cost grows as the text does. */
  longThroughShort: number;
}

const ROUNDS = 15;
/** Objects of two values each. */
const OBJECTS = 5_000;

/** What it costs to look for secrets in what comes back: with many of them, and in texts made to be hard to read. */
export async function benchRedaction(): Promise<RedactionReport> {
  const items = Array.from({ length: OBJECTS }, (_, index) => ({ Name: `service-number-${index}`, State: 'Running' }));
  const answerMs: RedactionReport['answerMs'] = [];
  for (const secrets of [1, 100]) {
    const { answer } = redactionOf(Array.from({ length: secrets }, (_, index) => `Secret-${index}-of-many`));
    answerMs.push({ secrets, p50: await p50(() => answer(items)) });
  }
  const { output } = redactionOf(['\\\\srv1\\key']);
  const nestedMs: RedactionReport['nestedMs'] = [];
  for (const repeats of [500, 2_000]) {
    // The plain characters of the secret are there, so that every place has to be looked at.
    const text = `${'\\\\\\\\u005c'.repeat(9)}srv1key `.repeat(repeats / 10);
    nestedMs.push({ characters: text.length, p50: await p50(() => output(text)) });
  }
  return {
    answerMs,
    manyThroughOne: ratio(answerMs),
    nestedMs,
    longThroughShort: ratio(nestedMs),
  };
}

function redactionOf(values: string[]) {
  return new Redactor().learn(values.map((value, index) => ({ reference: `env:S${index}`, value })));
}

async function p50(work: () => unknown): Promise<number> {
  return spread(await timeEach(ROUNDS, async () => work())).p50;
}

function ratio(measured: { p50: number }[]): number {
  const [first, last] = [measured[0]?.p50 ?? 0, measured.at(-1)?.p50 ?? 0];
  return round(last / first);
}

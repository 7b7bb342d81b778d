import { Redactor } from '../activities/secrets/redaction.ts';
import { round, spread, timeEach } from './statistics.ts';

export interface RedactionReport {
  /** Milliseconds at p50 for an answer of 10,000 small values, by the number of secrets that the shell was sent. */
  answerMs: { secrets: number; p50: number }[];
  /** That of the most secrets through that of one. */
  manyThroughOne: number;
}

const ROUNDS = 15;
/** Objects of two values each. */
const OBJECTS = 5_000;

/** What it costs to look for secrets in what comes back. */
export async function benchRedaction(): Promise<RedactionReport> {
  const items = Array.from({ length: OBJECTS }, (_, index) => ({ Name: `service-number-${index}`, State: 'Running' }));
  const answerMs: RedactionReport['answerMs'] = [];
  for (const secrets of [1, 100]) {
    const values = Array.from({ length: secrets }, (_, index) => ({
      reference: `env:S${index}`,
      value: `Secret-${index}-of-many`,
    }));
    const { answer } = new Redactor().learn(values);
    answerMs.push({ secrets, p50: spread(await timeEach(ROUNDS, async () => answer(items))).p50 });
  }
  const [one, many] = [answerMs[0]?.p50 ?? 0, answerMs.at(-1)?.p50 ?? 0];
  return { answerMs, manyThroughOne: round(many / one) };
}

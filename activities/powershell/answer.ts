import { z } from 'zod';
import type { CallRedaction } from '../secrets/redaction.ts';
import { markedAnswers, type Told } from './answer-mark.ts';
import { isDeeperThan } from './json-value.ts';
import { capOutput, cleanLines } from './side-output.ts';
import type { Exchange } from './session.ts';
import type { SideOutput } from './shell.ts';

/** Bytes of JSON in one answer. */
export const ANSWER_LIMIT = 1024 * 1024;

/** Levels of lists and objects in one answer: its own two and those of a result, of which the runner refuses more. */
const DEEPEST_ANSWER = 20;

const lines = z.array(z.string()).default([]);

const failureSchema = z.object({
  message: z.string(),
  type: z.string().default(''),
  hresult: z.string().default(''),
  id: z.string().nullish(),
  category: z.string().default(''),
  trace: z.string().default(''),
  stage: z.enum(['connect', 'run', 'result', 'lost', 'broken']),
});

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.array(z.unknown()),
  failure: failureSchema.nullish(),
  errors: z.array(z.object({ message: z.string() })).default([]),
  warnings: lines,
  verbose: lines,
  information: lines,
});
type WholeAnswer = z.infer<typeof answerSchema>;
/** What decides about a call. */
export type Answer = Pick<WholeAnswer, 'ok' | 'result' | 'failure'>;

/** What the output of an exchange holds: the one answer to the request, none, or something that breaks the protocol. */
export type Found =
  | ({ found: 'answer'; answer: Answer; sideOutput: SideOutput } & Told)
  | { found: 'nothing' | 'too-large' | 'broken'; sideOutput: SideOutput };

/**
 * Looks for the marked answer anywhere in stdout. The id is random for each request, so that what a script prints cannot pass for
 * its answer; two answers to one request are believed no more than none. Secrets are taken out of all that leaves here.
 */
export function findAnswer(
  id: string,
  { end, stdout, stderr }: Pick<Exchange, 'end' | 'stdout' | 'stderr'>,
  redaction: CallRedaction,
): Found {
  const { answers, cutOff, rest } = markedAnswers(id, stdout);
  const stray = capOutput([rest, stderr], redaction);
  const sideOutput: SideOutput = { warnings: [], verbose: [], information: [], softErrors: [], stray };
  const [only, ...others] = answers;
  if (!only && end === 'answered') return { found: 'broken', sideOutput };
  // Only a flood proves that an answer was too large; any other end has its own outcome.
  if (!only) return { found: cutOff && end === 'flooded' ? 'too-large' : 'nothing', sideOutput };
  if (others.length > 0) return { found: 'broken', sideOutput };
  const { said, ...told } = only;
  if (said.length > ANSWER_LIMIT) return { found: 'too-large', sideOutput };
  const answer = parseAnswer(said.toString('utf8'));
  if (!answer) return { found: 'broken', sideOutput };
  return { found: 'answer', ...told, ...withoutSecrets(answer, sideOutput, redaction) };
}

function parseAnswer(text: string): WholeAnswer | null {
  try {
    const answer: unknown = JSON.parse(text);
    return isDeeperThan(DEEPEST_ANSWER, answer) ? null : answerSchema.parse(answer);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function withoutSecrets(
  answer: WholeAnswer,
  sideOutput: SideOutput,
  redaction: CallRedaction,
): { answer: Answer; sideOutput: SideOutput } {
  const { value: result, found } = redaction.answer(answer.result);
  const { value: failure } = redaction.answer(answer.failure);
  const clean = (said: string[]): string[] => cleanLines(said, redaction);
  const told = found.map((reference) => `The result held the secret ${reference}, which was taken out of it.`);
  return {
    // A secret that is called like a stage must not decide about the call.
    answer: {
      ok: answer.ok,
      result,
      failure: failure && { ...failure, stage: answer.failure?.stage ?? failure.stage },
    },
    sideOutput: {
      ...sideOutput,
      warnings: [...told, ...clean(answer.warnings)],
      verbose: clean(answer.verbose),
      information: clean(answer.information),
      softErrors: clean(answer.errors.map((error) => error.message)),
    },
  };
}

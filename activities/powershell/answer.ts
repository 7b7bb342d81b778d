import { z } from 'zod';
import type { CallRedaction } from '../secrets/redaction.ts';
import { isDeeperThan } from './json-value.ts';
import { capOutput, cleanLines } from './side-output.ts';
import type { Exchange } from './session.ts';
import type { SideOutput } from './shell.ts';

/** Bytes of JSON in one answer: above it the time that the library's buffers take grows with the square of the size. */
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
  /** `memoryBytes`: what the shell's process takes, as it says itself. */
  | { found: 'answer'; answer: Answer; memoryBytes: number; sideOutput: SideOutput }
  | { found: 'nothing' | 'too-large' | 'broken'; sideOutput: SideOutput };

/** What an answer without its end means: only a flood proves that it was too large; any other end has its own outcome. */
const CUT_OFF = {
  flooded: 'too-large',
  settled: 'broken',
  timeout: 'nothing',
  cancelled: 'nothing',
  died: 'nothing',
} as const satisfies Record<Exchange['end'], string>;

/** What the dispatcher writes once a target is connected to, right before the script runs there. */
export function runsMark(id: string): string {
  return `@fettle ${id} runs@`;
}

/**
 * Looks for the marked answer `@fettle <id> <base64> <bytes of memory>@` anywhere in stdout. The id is random for each request, so that
 * what a script prints cannot pass for its answer; two answers to one request are believed no more than none. Secrets are
 * taken out of all that leaves here.
 */
export function findAnswer(
  id: string,
  { end, stdout, stderr }: Pick<Exchange, 'end' | 'stdout' | 'stderr'>,
  redaction: CallRedaction,
): Found {
  const marker = new RegExp(`@fettle ${id} ([A-Za-z0-9+/=]*) (\\d+)@`, 'g');
  const answers = [...stdout.matchAll(marker)];
  // None of an answer that was cut off belongs in a log.
  const unfinished = new RegExp(`@fettle ${id} [A-Za-z0-9+/=]*( \\d*)?$`);
  const rest = stdout.replaceAll(marker, '').replace(unfinished, '').replaceAll(runsMark(id), '');
  const stray = capOutput([rest, stderr], redaction);
  const sideOutput: SideOutput = { warnings: [], verbose: [], information: [], softErrors: [], stray };
  const [only, ...others] = answers;
  if (!only) return { found: unfinished.test(stdout) ? CUT_OFF[end] : 'nothing', sideOutput };
  if (others.length > 0) return { found: 'broken', sideOutput };
  const [, encoded = '', memory] = only;
  const json = Buffer.from(encoded, 'base64');
  if (json.length > ANSWER_LIMIT) return { found: 'too-large', sideOutput };
  const answer = parseAnswer(json.toString('utf8'));
  if (!answer) return { found: 'broken', sideOutput };
  return { found: 'answer', memoryBytes: Number(memory), ...withoutSecrets(answer, sideOutput, redaction) };
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

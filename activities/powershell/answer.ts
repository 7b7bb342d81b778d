import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { CallRedaction } from '../secrets/redaction.ts';
import type { Exchange } from './session.ts';
import { NO_SIDE_OUTPUT, type SideOutput } from './shell.ts';

/*
 * How the dispatcher marks what it says, anywhere in stdout (dispatcher.ps1 has the same):
 * `@fettle <id> <base64> <bytes of memory> <bytes of memory on the target> <kept|closed>@` is the answer to the request with that id,
 * and its end; `@fettle-runs <id>@` comes before it as soon as the target is connected to, right before the script runs there.
 */
export const answerHead = (id: string): string => `@fettle ${id} `;
export const runsMark = (id: string): string => `@fettle-runs ${id}@`;

/** Bytes of JSON in one answer. */
export const ANSWER_LIMIT = 1024 * 1024;
/** Lines of one stream that are kept, and characters of each. */
const MAX_LINES = 50;
const MAX_LENGTH = 500;
/** Characters of raw output that are looked at; far more than the lines that are kept may have. */
const MAX_OUTPUT = 256 * 1024;

/** What the dispatcher says beside an answer. */
export interface Told {
  /** What PowerShell's own process takes, as it says itself. */
  memoryBytes: number;
  /** What the session on the target takes; 0 where the script ran in that process itself. */
  targetBytes: number;
  /** The session with the target is there for the next call. */
  kept: boolean;
}

const lines = z.array(z.string()).default([]);
const answerSchema = z.object({
  ok: z.boolean(),
  result: z.array(z.unknown()),
  failure: z
    .object({
      message: z.string(),
      hresult: z.string().default(''),
      id: z.string().nullish(),
      category: z.string().default(''),
      line: z.int().nullish(),
      stage: z.enum(['connect', 'run', 'result', 'lost', 'broken']),
    })
    .nullish(),
  errors: lines,
  warnings: lines,
  verbose: lines,
  information: lines,
});
type WholeAnswer = z.infer<typeof answerSchema>;
/** What decides about a call. */
export type Answer = Pick<WholeAnswer, 'ok' | 'result' | 'failure'>;

/** What the output of an exchange holds: the one answer to the request, or why there is none. `told` is null without one. */
export interface Found {
  found: Answer | 'nothing' | 'too-large' | 'broken';
  told: Told | null;
  sideOutput: SideOutput;
}

/**
 * Looks for the marked answer anywhere in stdout. The id is random for each request, so that what a script prints cannot pass for
 * its answer; two answers to one request are believed no more than none. Secrets are taken out of all that leaves here.
 */
export function findAnswer(
  id: string,
  { end, stdout, stderr }: Pick<Exchange, 'end' | 'stdout' | 'stderr'>,
  redaction: CallRedaction,
): Found {
  const [before = '', first, ...more] = stdout.split(answerHead(id));
  const [whole, encoded = '', memory, onTarget, held] =
    /^([A-Za-z0-9+/=]*) (\d+) (\d+) (kept|closed)@/.exec(first ?? '') ?? [];
  // None of an answer that was cut off belongs in a log.
  const rest = (before + (whole === undefined ? '' : (first ?? '').slice(whole.length))).replaceAll(runsMark(id), '');
  const sideOutput = { ...NO_SIDE_OUTPUT, stray: [...rawLines(rest, redaction), ...rawLines(stderr, redaction)] };
  const none = (found: 'nothing' | 'too-large' | 'broken'): Found => ({ found, told: null, sideOutput });
  // Only a flood proves that an answer was too large; any other end has its own outcome.
  if (whole === undefined && end !== 'answered')
    return none(first !== undefined && end === 'flooded' ? 'too-large' : 'nothing');
  const said = Buffer.from(encoded, 'base64');
  if (said.length > ANSWER_LIMIT) return none('too-large');
  const answer = whole === undefined || more.length > 0 ? null : parseAnswer(said.toString('utf8'));
  if (!answer) return none('broken');
  const told = { memoryBytes: Number(memory), targetBytes: Number(onTarget), kept: held === 'kept' };
  return { told, ...withoutSecrets(answer, sideOutput, redaction) };
}

function parseAnswer(text: string): WholeAnswer | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function withoutSecrets(answer: WholeAnswer, sideOutput: SideOutput, redaction: CallRedaction): Omit<Found, 'told'> {
  const { value: result, found } = redaction.answer(answer.result);
  const { value: failure } = redaction.answer(answer.failure);
  const clean = (said: string[]): string[] => capLines(said, redaction);
  const told = found.map((reference) => `The result held the secret ${reference}, which was taken out of it.`);
  return {
    // A secret that is called like a stage must not decide about the call, nor a number become a text.
    found: {
      ok: answer.ok,
      result,
      failure: failure && answer.failure && { ...failure, stage: answer.failure.stage, line: answer.failure.line },
    },
    sideOutput: {
      ...sideOutput,
      warnings: [...told, ...clean(answer.warnings)],
      verbose: clean(answer.verbose),
      information: clean(answer.information),
      softErrors: clean(answer.errors),
    },
  };
}

/** Raw output by lines. Secrets are taken out before it is cut into lines, so that no piece of one is left. */
function rawLines(output: string, redaction: CallRedaction): string[] {
  const text = redaction.output(stripVTControlCharacters(output.slice(0, MAX_OUTPUT)));
  const left = output.length - MAX_OUTPUT;
  return capLines([...text.split('\n'), ...(left > 0 ? [`[${left} more characters left out]`] : [])]);
}

/** At most 50 lines of at most 500 characters, without terminal codes and secrets; what was left out is counted in a last line. */
function capLines(said: string[], redaction?: CallRedaction): string[] {
  const plain = said.map((line) => stripVTControlCharacters(line).trimEnd()).filter((line) => line !== '');
  const kept = plain.slice(0, MAX_LINES).map((line) => {
    const clean = redaction?.output(line) ?? line;
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)} [cut]` : clean;
  });
  return plain.length > MAX_LINES ? [...kept, `[${plain.length - MAX_LINES} more lines left out]`] : kept;
}

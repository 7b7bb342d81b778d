import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { CallRedaction } from '../secrets/redaction.ts';
import type { Exchange } from './session.ts';
import type { Said } from './shell.ts';

/*
 * How the dispatcher marks what it says, anywhere in stdout (dispatcher.ps1 has the same):
 * `@fettle <id> <base64> <bytes of memory> <bytes of memory on the target> <kept|closed>@` is the answer to the request with that id,
 * and its end; `@fettle-runs <id>@` comes before it as soon as the target is connected to, right before the script runs there.
 */
export const answerHead = (id: string): string => `@fettle ${id} `;
export const runsMark = (id: string): string => `@fettle-runs ${id}@`;

/** Bytes of JSON in one answer. */
export const ANSWER_LIMIT = 1024 * 1024;
/** Lines of raw output that are kept, and characters of each line. The runner keeps as many of what else a script says. */
const MAX_LINES = 50;
const MAX_LENGTH = 500;
/** Characters of raw output that are looked at; far more than the lines that are kept may have. */
const MAX_OUTPUT = 256 * 1024;

/** What the dispatcher says beside an answer. */
export interface Told {
  /** What PowerShell's own process takes, as it says itself. */
  memoryBytes: number;
  /** The session with the target is there for the next call. */
  kept: boolean;
}

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
  // A side matter: what is no such list decides nothing about the call.
  said: z
    .array(z.object({ kind: z.enum(['warning', 'passed-over error', 'information', 'verbose']), text: z.string() }))
    .catch([]),
});
type WholeAnswer = z.infer<typeof answerSchema>;
/** What decides about a call. */
export type Answer = Pick<WholeAnswer, 'ok' | 'result' | 'failure'>;

/** What the output of an exchange holds: the one answer to the request, or why there is none. `told` is null without one. */
export interface Found {
  found: Answer | 'nothing' | 'too-large' | 'broken';
  told: Told | null;
  said: Said[];
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
  const [whole, encoded = '', memory, , held] = /^([A-Za-z0-9+/=]*) (\d+) (\d+) (kept|closed)@/.exec(first ?? '') ?? [];
  // None of an answer that was cut off belongs in a log.
  const rest = (before + (whole === undefined ? '' : (first ?? '').slice(whole.length))).replaceAll(runsMark(id), '');
  const stray = [...rawLines(rest, redaction), ...rawLines(stderr, redaction)];
  const none = (found: 'nothing' | 'too-large' | 'broken'): Found => ({ found, told: null, said: stray });
  // Only a flood proves that an answer was too large; any other end has its own outcome.
  if (whole === undefined && end !== 'answered')
    return none(first !== undefined && end === 'flooded' ? 'too-large' : 'nothing');
  const json = Buffer.from(encoded, 'base64');
  if (json.length > ANSWER_LIMIT) return none('too-large');
  const answer = whole === undefined || more.length > 0 ? null : parseAnswer(json.toString('utf8'));
  if (!answer) return none('broken');
  const told = { memoryBytes: Number(memory), kept: held === 'kept' };
  return { told, ...withoutSecrets(answer, stray, redaction) };
}

function parseAnswer(text: string): WholeAnswer | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function withoutSecrets(answer: WholeAnswer, stray: Said[], redaction: CallRedaction): Omit<Found, 'told'> {
  const { value: result, found } = redaction.answer(answer.result);
  const { value: failure } = redaction.answer(answer.failure);
  const taken = found.map((reference) => `The result held the secret ${reference}, which was taken out of it.`);
  const said = answer.said.map(({ kind, text }) => ({ kind, text: cut(redaction.output(plain(text))) }));
  return {
    // A secret that is called like a stage must not decide about the call, nor a number become a text.
    found: {
      ok: answer.ok,
      result,
      failure: failure && answer.failure && { ...failure, stage: answer.failure.stage, line: answer.failure.line },
    },
    said: [...taken.map((text) => ({ kind: 'warning', text }) as const), ...said, ...stray],
  };
}

/** Raw output by lines, so many and so long at most. Secrets are taken out before, so that no piece of one is left. */
function rawLines(output: string, redaction: CallRedaction): Said[] {
  const text = redaction.output(stripVTControlCharacters(output.slice(0, MAX_OUTPUT)));
  const lines = text
    .split('\n')
    .map(plain)
    .filter((line) => line !== '');
  const left = output.length > MAX_OUTPUT || lines.length > MAX_LINES ? ['[more was left out]'] : [];
  return [...lines.slice(0, MAX_LINES).map(cut), ...left].map((line) => ({ kind: 'stray output', text: line }));
}

function plain(line: string): string {
  return stripVTControlCharacters(line).trimEnd();
}

function cut(line: string): string {
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} [cut]` : line;
}

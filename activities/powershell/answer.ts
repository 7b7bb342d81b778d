import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { CallRedaction } from '../secrets/redaction.ts';
import type { Exchange } from './session.ts';
import type { Said } from './shell.ts';

/*
 * How the dispatcher marks what it says, anywhere in stdout (dispatcher.ps1 has the same):
 * `@fettle <id> <base64> <bytes of memory> <kept|closed>@` is the answer to the request with that id, and its end;
 * `@fettle-runs <id>@` comes before it as soon as the target is connected to, right before the script runs there.
 */
export const answerHead = (id: string): string => `@fettle ${id} `;
export const runsMark = (id: string): string => `@fettle-runs ${id}@`;

/** Lines of raw output that are kept, and characters of each line. The runner keeps as many of what else a script says. */
const MAX_LINES = 50;
const MAX_LENGTH = 500;

/** What the dispatcher says beside an answer. */
export interface Told {
  /** What PowerShell's own process takes, as it says itself. */
  memoryBytes: number;
  /** The session with the target is there for the next call. */
  kept: boolean;
}

// A side matter: what is no such list decides nothing about the call.
const saidSchema = z
  .array(z.object({ kind: z.enum(['warning', 'passed-over error', 'information', 'verbose']), text: z.string() }))
  .catch([]);
const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.array(z.unknown()), said: saidSchema }),
  z.object({
    ok: z.literal(false),
    failure: z.object({
      message: z.string(),
      hresult: z.string().default(''),
      id: z.string().nullish(),
      category: z.string().default(''),
      line: z.int().nullish(),
      stage: z.enum(['connect', 'run', 'result', 'lost', 'broken']),
    }),
    said: saidSchema,
  }),
]);
/** What a script or the dispatcher answered. */
export type Answer = z.infer<typeof answerSchema>;

/** What the output of an exchange holds. `answer` and `told` are null where there is no answer that can be read. */
export interface Found {
  answer: Answer | null;
  told: Told | null;
  said: Said[];
}

/**
 * Looks for the marked answer anywhere in stdout. The id is random for each request, so that what a script prints cannot pass for
 * its answer. Secrets are taken out of all that leaves here.
 */
export function findAnswer(
  id: string,
  { stdout, stderr }: Pick<Exchange, 'stdout' | 'stderr'>,
  redaction: CallRedaction,
): Found {
  const mark = new RegExp(`${answerHead(id)}([A-Za-z0-9+/=]*) (\\d+) (kept|closed)@`);
  const [before = '', encoded = '', memory, held, after = ''] = stdout.split(mark);
  // None of an answer that was cut off belongs in a log.
  const [rest = ''] = (before + after).replaceAll(runsMark(id), '').split(answerHead(id), 1);
  const stray = [...strayLines(rest, redaction), ...strayLines(stderr, redaction)];
  const parsed = parseAnswer(Buffer.from(encoded, 'base64').toString('utf8'));
  if (!parsed) return { answer: null, told: null, said: stray };
  const { answer, found } = withoutSecrets(parsed, redaction);
  const taken = found.map((reference) => `The result held the secret ${reference}, which was taken out of it.`);
  return {
    answer,
    told: { memoryBytes: Number(memory), kept: held === 'kept' },
    said: [...taken.map((text) => ({ kind: 'warning', text }) as const), ...answer.said, ...stray],
  };
}

function parseAnswer(text: string): Answer | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** Of an answer's failure only what a script may have written is looked at: a secret must not pass for a stage, nor a number become a text. */
function withoutSecrets(answer: Answer, redaction: CallRedaction): { answer: Answer; found: string[] } {
  const said = answer.said.map(({ kind, text }) => ({ kind, text: cut(readable(text, redaction).trimEnd()) }));
  if (answer.ok) {
    const { value: result, found } = redaction.answer(answer.result);
    return { answer: { ...answer, result, said }, found };
  }
  const { message, id } = answer.failure;
  const { value } = redaction.answer({ message, id });
  return { answer: { ...answer, failure: { ...answer.failure, ...value }, said }, found: [] };
}

/** Raw output by lines, so many and so long at most. */
function strayLines(output: string, redaction: CallRedaction): Said[] {
  const all = readable(output, redaction).split('\n');
  const lines = all.map((line) => line.trimEnd()).filter((line) => line !== '');
  const left = lines.length > MAX_LINES ? ['[more was left out]'] : [];
  return [...lines.slice(0, MAX_LINES).map(cut), ...left].map((text) => ({ kind: 'stray output', text }));
}

/** Without terminal codes and secrets; they are taken out before anything is cut, so that no piece of one is left. */
function readable(text: string, redaction: CallRedaction): string {
  return redaction.output(stripVTControlCharacters(text));
}

function cut(line: string): string {
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} [cut]` : line;
}

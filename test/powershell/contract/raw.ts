import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { markedAnswers } from '../../../activities/powershell/answer-mark.ts';
import { checkoutPins } from '../../../activities/powershell/pins.ts';
import type { Session } from '../../../activities/powershell/session.ts';
import { startSession } from '../../../activities/powershell/start-session.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import type { Subject } from './subjects.ts';

/** How long a line may take, in milliseconds. */
const LIMITS = { limitMs: 20_000 };

/** A shell past the boundary, for what the boundary would not send or does not show. */
export interface RawShell {
  session: Session;
  /** Sends a request in the dispatcher's own form; with `other` fields in it; gives its answer as it came. */
  request: (parameters: Record<string, unknown>, other?: Record<string, unknown>) => Promise<Record<string, unknown>>;
}

/** Runs `work` on a started shell, and ends it. */
export async function withRawShell(
  { executable }: Pick<Subject, 'executable'>,
  work: (shell: RawShell) => Promise<void>,
  terminal = 'dumb',
): Promise<void> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const environment = { ...Object.fromEntries(given), TERM: terminal, NO_COLOR: '1' };
  const start = await startSession({ executable, environment }, LIMITS, checkoutPins());
  if (!start.started) throw new Error(start.message);
  const { session } = start;
  try {
    await work({ session, request: (parameters, other) => request(session, parameters, other) });
  } finally {
    await session.kill();
  }
}

async function request(
  session: Session,
  params: Record<string, unknown>,
  other: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const id = randomUUID();
  const script = fileURLToPath(shellBehaviour.file);
  const json = JSON.stringify({
    id,
    script,
    scriptSha256: sha256(await readFile(script, 'utf8')),
    module: '',
    moduleSha256: sha256(''),
    params,
    target: { transport: 'local' },
    limits: { askAfterMs: 0, memoryBytes: 1 },
    ...other,
  });
  const { stdout } = await session.exchange(Buffer.from(json, 'utf8').toString('base64'), id, LIMITS);
  const [answer] = markedAnswers(id, stdout).answers;
  if (!answer) throw new Error(`No answer in: ${stdout.slice(0, 500)}`);
  return JSON.parse(answer.said.toString('utf8')) as Record<string, unknown>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

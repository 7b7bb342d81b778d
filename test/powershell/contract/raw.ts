import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Exchange, Session } from '../../../activities/powershell/session.ts';
import { quote } from '../../../activities/powershell/start-session.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import type { Subject } from './subjects.ts';

const DISPATCHER = fileURLToPath(new URL('../../../activities/powershell/dispatcher.ps1', import.meta.url));
/** How long a line may take, in milliseconds. */
const LIMIT_MS = 20_000;

/** A shell past the boundary, for what the boundary would not send or does not show. */
export interface RawShell {
  session: Session;
  send: (line: string) => Promise<Exchange>;
  /** Sends a request in the dispatcher's own form, with `other` fields in it; gives its answer as it came. */
  request: (parameters: Record<string, unknown>, other?: Record<string, unknown>) => Promise<Record<string, unknown>>;
}

/** Runs `work` on a started shell with the dispatcher loaded, and ends it. */
export async function withRawShell(
  { executable }: Subject,
  work: (shell: RawShell) => Promise<void>,
  terminal = 'dumb',
): Promise<void> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const environment = { ...Object.fromEntries(given), TERM: terminal, NO_COLOR: '1' };
  const session = new Session({ executable, environment });
  const send = (line: string): Promise<Exchange> => session.exchange(line, { limitMs: LIMIT_MS });
  try {
    await send(`. ${quote(DISPATCHER)}`);
    await work({ session, send, request: (parameters, other) => request(send, parameters, other) });
  } finally {
    await session.kill();
  }
}

async function request(
  send: (line: string) => Promise<Exchange>,
  params: Record<string, unknown>,
  other: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const id = randomUUID();
  const script = fileURLToPath(shellBehaviour.file);
  const json = JSON.stringify({
    id,
    script,
    scriptSha256: sha256(await readFile(script, 'utf8')),
    module: [],
    moduleSha256: sha256(''),
    params,
    target: { transport: 'local' },
    ...other,
  });
  const { stdout } = await send(`Invoke-FettleRequest '${Buffer.from(json, 'utf8').toString('base64')}'`);
  const encoded = new RegExp(`@fettle ${id} ([A-Za-z0-9+/=]+) \\d+@`).exec(stdout)?.[1];
  if (encoded === undefined) throw new Error(`No answer in: ${stdout.slice(0, 500)}`);
  return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Record<string, unknown>;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

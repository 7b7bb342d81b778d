import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShellLog, ShellSettings } from '../../../activities/powershell/shell-settings.ts';
import type { CallOptions, CallOutcome, Shell } from '../../../activities/powershell/shell.ts';
import { shellBehaviour, simulatedShell } from '../../../lab/shell/index.ts';
import type { HostConnection } from '../../../model/inventory.ts';
import { LOCAL, NO_LOG, realShell, testShell } from '../shells.ts';
import { noSshServer, startSshServer } from '../ssh-server.ts';

/** A shell that the suite is held against. */
export interface Subject {
  name: string;
  executable: string;
  simulated: boolean;
  remote: boolean;
  /** Why it cannot be tried here; stands in each skipped test's name. */
  missing: string | null;
}

const real = realShell();
const noShell = real === null ? 'neither FETTLE_PWSH nor PATH gives a pwsh' : null;

const noSimulation = process.platform === 'win32' ? 'the simulated shell starts POSIX programs' : null;

const simulated = { executable: simulatedShell(), simulated: true, missing: noSimulation };
const actual = { executable: real ?? 'pwsh', simulated: false };

export const LOCAL_SUBJECTS: Subject[] = [
  { ...simulated, name: 'simulated PowerShell', remote: false },
  { ...actual, name: 'real PowerShell', remote: false, missing: noShell },
];
export const REMOTE_SUBJECTS: Subject[] = [
  { ...simulated, name: 'simulated PowerShell over ssh', remote: true },
  { ...actual, name: 'real PowerShell over ssh', remote: true, missing: noShell ?? noSshServer },
];

/** What a test's name ends with when it is skipped: the reason. */
export function because(missing: string | null): string {
  return missing === null ? '' : ` (skipped: ${missing})`;
}

export type Behaviour = Parameters<typeof behave>[1];

/** One call of the script that shows how a shell behaves. */
function behave(
  { shell, connection }: { shell: Shell; connection: HostConnection },
  Behaviour: Extract<ReturnType<typeof shellBehaviour.parameters.safeParse>, { success: true }>['data']['Behaviour'],
  Value: unknown = 1,
  options: CallOptions = {},
): Promise<CallOutcome<{ value: unknown }>> {
  return shell.call(shellBehaviour, connection, { Behaviour, Value }, options) as Promise<
    CallOutcome<{ value: unknown }>
  >;
}

/** A subject that runs, with what a test wants to know of it. */
export interface Opened {
  subject: Subject;
  shell: Shell;
  connection: HostConnection;
  behave: (behaviour: Behaviour, value?: unknown, options?: CallOptions) => Promise<CallOutcome<{ value: unknown }>>;
  /** Processes that were started, in order. */
  pids: () => number[];
  close: () => Promise<void>;
}

export async function openSubject(subject: Subject, settings: Partial<ShellSettings> = {}): Promise<Opened> {
  const pids: number[] = [];
  const note = (message: string, fields: Record<string, unknown> = {}): void => {
    if (/started/.test(message)) pids.push(Number(fields['pid']));
  };
  const log: ShellLog = { ...NO_LOG, info: note };
  const target = subject.remote ? await openTarget(subject) : { connection: LOCAL, close: () => Promise.resolve() };
  const { connection } = target;
  const shell = testShell({
    executable: subject.executable,
    simulatedShell: subject.simulated,
    // The plant's hosts are never reached over ssh.
    hostModule: subject.remote ? 'windows' : 'plant',
    log,
    ...settings,
  });
  return {
    subject,
    shell,
    connection,
    behave: (behaviour, value, options) => behave({ shell, connection }, behaviour, value, options),
    pids: () => [...pids],
    close: async () => {
      await shell.close();
      await target.close();
    },
  };
}

export interface OpenedTarget {
  connection: HostConnection;
  close: () => Promise<void>;
}

/** A real SSH server with the real shell, or what the simulated shell takes for one: a port that greets, a known host, a key. */
export async function openTarget({ simulated: pretended }: Pick<Subject, 'simulated'>): Promise<OpenedTarget> {
  if (!pretended) return await startSshServer(real ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'fettle-target-'));
  const server = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-test\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [keyFile, knownHosts] = [join(folder, 'key'), join(folder, 'known_hosts')];
  // Not a key: the simulated shell looks at its label only.
  await writeFile(keyFile, '-----BEGIN OPENSSH PRIVATE KEY-----\nnone\n-----END OPENSSH PRIVATE KEY-----\n');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ssh-ed25519 none\n`);
  const connection: HostConnection = {
    transport: 'ssh',
    address: '127.0.0.1',
    port,
    user: 'svc-patch',
    keyFile: `file:${keyFile}`,
    knownHosts,
  };
  const close = async (): Promise<void> => {
    server.close();
    await rm(folder, { recursive: true });
  };
  return { connection, close };
}

import type { ShellLog, ShellSettings } from '../../../activities/powershell/settings.ts';
import type { CallOptions, CallOutcome, Shell } from '../../../activities/powershell/shell.ts';
import { shellBehaviour, simulatedShell } from '../../../lab/shell/index.ts';
import type { HostConnection } from '../../../model/inventory.ts';
import { startGreeter, type Greeter } from '../greeter.ts';
import { LOCAL, NO_LOG, noRealShell, realShell, testShell } from '../shells.ts';
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

const noSimulation = process.platform === 'win32' ? 'the simulated shell starts POSIX programs' : null;

const simulated = { executable: simulatedShell(), simulated: true, missing: noSimulation };
const actual = { executable: real ?? 'pwsh', simulated: false };

export const LOCAL_SUBJECTS: Subject[] = [
  { ...simulated, name: 'simulated PowerShell', remote: false },
  { ...actual, name: 'real PowerShell', remote: false, missing: noRealShell },
];
export const REMOTE_SUBJECTS: Subject[] = [
  { ...simulated, name: 'simulated PowerShell over ssh', remote: true },
  { ...actual, name: 'real PowerShell over ssh', remote: true, missing: noRealShell ?? noSshServer },
];

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

export type OpenedTarget = Pick<Greeter, 'connection' | 'close'>;

/** A real SSH server with the real shell, or what the simulated shell takes for one: a port that greets, a known host, a key. */
export async function openTarget({ simulated: pretended }: Pick<Subject, 'simulated'>): Promise<OpenedTarget> {
  return pretended ? await startGreeter() : await startSshServer(real ?? '');
}

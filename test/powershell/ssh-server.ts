import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePorts } from '../../lab/temporal/ports.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { SSHD } from '../../scripts/setup/debian-packages.mjs';

/** Why there can be no SSH server for a test here; null when there can. */
export const noSshServer = existsSync(SSHD) ? null : `there is no ${SSHD}: install openssh-server`;

export interface SshServer {
  connection: HostConnection;
  close(): Promise<void>;
}

interface Served {
  /** Loopback addresses; 127.0.0.1 when left out. The connection is to the first. */
  addresses?: string[];
  /** What PowerShell finds in its environment there. */
  environment?: Record<string, string>;
}

/** A real sshd on a loopback port, with keys of its own, which gives whoever has the key this PowerShell as its subsystem. */
export async function startSshServer(
  pwsh: string,
  { addresses = ['127.0.0.1'], environment = {} }: Served = {},
): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-sshd-'));
  const [hostKey, userKey, knownHosts, config] = ['host', 'user', 'known_hosts', 'config'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  for (const key of [hostKey, userKey])
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const [port = 0] = await freePorts(1);
  const user = userInfo().username;
  const dotnet = Object.entries(process.env).filter(([name]) => name.startsWith('DOTNET_'));
  const set = {
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
    ...Object.fromEntries(dotnet),
    ...environment,
  };
  const names = addresses.map((address) => `[${address}]:${port}`).join(',');
  await writeFile(knownHosts, `${names} ${await readFile(`${hostKey}.pub`, 'utf8')}`);
  await writeFile(
    config,
    `Port ${port}
${addresses.map((address) => `ListenAddress ${address}`).join('\n')}
HostKey ${hostKey}
AuthorizedKeysFile ${userKey}.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
SetEnv ${Object.entries(set)
      .map((pair) => pair.join('='))
      .join(' ')}
Subsystem powershell ${pwsh} -sshs -NoLogo -NoProfile
`,
  );
  // Debian's sshd wants this folder when it is started by root, and makes it in its service only.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(sshd, 'exit');
  let listening = 0;
  for await (const line of createInterface({ input: sshd.stderr })) {
    if (line.includes('listening on')) listening += 1;
    if (listening === addresses.length) break;
  }
  if (listening < addresses.length) throw new Error(`${SSHD} ended at once`);
  // What it says further on is nobody's, and must not fill up.
  sshd.stderr.resume();
  const [address = ''] = addresses;
  return {
    connection: { transport: 'ssh', address, port, user, keyFile: `file:${userKey}`, knownHosts },
    close: async () => {
      sshd.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** sshd listens on 16 addresses at most. */
const SERVED_BY_ONE = 15;

/** As many targets, each at an address of its own, so that each has a session of its own. */
export async function startSshTargets(
  pwsh: string,
  count: number,
  environment: Record<string, string> = {},
): Promise<{ connections: HostConnection[]; close(): Promise<void> }> {
  const all = Array.from({ length: count }, (_, index) => `127.0.1.${index + 1}`);
  const servers: SshServer[] = [];
  const connections: HostConnection[] = [];
  for (let first = 0; first < count; first += SERVED_BY_ONE) {
    const addresses = all.slice(first, first + SERVED_BY_ONE);
    const server = await startSshServer(pwsh, { addresses, environment });
    servers.push(server);
    connections.push(...addresses.map((address) => ({ ...server.connection, address })));
  }
  return { connections, close: async () => void (await Promise.all(servers.map((server) => server.close()))) };
}

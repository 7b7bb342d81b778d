import { expect, onTestFinished } from 'vitest';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { freePorts } from '../../../lab/temporal/ports.ts';
import type { HostConnection } from '../../../model/inventory.ts';
import { temporaryFile } from '../../temporary.ts';
import { testShell } from '../shells.ts';
import type { Opened } from './subjects.ts';

/** A connection that does not come about: how it differs from a good one, and what ssh prints. */
interface Refusal {
  change: () => Promise<Partial<HostConnection>>;
  says: RegExp;
}

export const REFUSED_CONNECTION: Refusal = {
  change: async () => ({ transport: 'ssh', address: '127.0.0.1', port: (await freePorts(1))[0] ?? 0 }),
  says: /refused/i,
};

export const BAD_KEY: Refusal = {
  change: async () => ({ keyFile: `file:${await temporaryFile('no key at all\n')}` }),
  says: /Permission denied/,
};

export const UNKNOWN_HOST_KEY: Refusal = {
  change: async () => ({ knownHosts: await temporaryFile('other.corp.example ssh-ed25519 none\n') }),
  says: /Host key verification failed/,
};

/** Nothing ran, and the message ends with ssh's own reason. On a shell of its own: an open session would be used again. */
export async function expectRefused({ subject, connection }: Opened, { change, says }: Refusal): Promise<void> {
  const shell = testShell({ executable: subject.executable, simulatedShell: subject.simulated, hostModule: 'windows' });
  onTestFinished(() => shell.close());
  const changed: HostConnection = { ...(await anyAccount()), ...connection, ...(await change()) };
  const outcome = await shell.call(shellBehaviour, changed, { Behaviour: 'echo', Value: 1 });
  expect(outcome.kind).toBe('connect-failed');
  expect(outcome).toHaveProperty('message', expect.stringMatching(says));
}

/** What ssh needs besides an address; a real target's own account and key take its place. */
async function anyAccount(): Promise<Pick<HostConnection, 'user' | 'keyFile' | 'knownHosts'>> {
  const keyFile = `file:${await temporaryFile('-----BEGIN OPENSSH PRIVATE KEY-----\n')}`;
  return { user: 'svc-patch', keyFile, knownHosts: await temporaryFile('') };
}

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ShellSettings } from '../../../activities/powershell/settings.ts';
import { generateInventory, startPlant } from '../../../lab/plant/index.ts';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { because, LOCAL, testShell } from '../shells.ts';
import { nodesOf, treeOf } from './called-verbs.ts';
import { BAD_KEY, expectRefused, REFUSED_CONNECTION, UNKNOWN_HOST_KEY } from './refusals.ts';
import { REMOTING, type RemotingRow } from './rows.ts';
import { type Opened, openSubject, REMOTE_SUBJECTS, type Subject } from './subjects.ts';

interface Proof {
  /** Why a real shell is not asked for it; empty where it is. */
  notReal?: string;
  run: (subject: Subject, shared: Opened) => Promise<void>;
}

async function open(subject: Subject, settings?: Partial<ShellSettings>): Promise<Opened> {
  const opened = await openSubject(subject, settings);
  onTestFinished(() => opened.close());
  return opened;
}

/** Statements of the script block that a variable of the dispatcher holds. */
async function statementsOf(variable: string): Promise<number> {
  const dispatcher = await treeOf(new URL('../../../activities/powershell/dispatcher.ps1', import.meta.url));
  const assigned = nodesOf(dispatcher, 'assignment_expression').find(({ text }) => text.startsWith(`${variable} =`));
  const body = assigned?.descendantsOfType('script_block')[0]?.descendantsOfType('statement_list')[0];
  return body?.namedChildren.filter((node) => node?.type !== 'comment').length ?? 0;
}

/** The installation goes on when the shell that started it has gone, its processes with it. */
async function detachedWork(): Promise<void> {
  const inventory = generateInventory(24, 7);
  const server = await startPlant({ inventory, seed: 7, scale: 10_000 });
  onTestFinished(() => server.close());
  const HostName = 'app01.corp.example';
  const shell = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: server.url } });
  const state = await shell.call(SCRIPTS.getUpdateState, LOCAL, { HostName });
  const offered = state.kind === 'result' ? state.result.offered : [];
  const Updates = offered.map(({ id, revision }) => ({ id, revision }));
  const parameters = { HostName, TaskName: 'fettle-1', Key: 'run/1', Updates, TimeLimitMinutes: 60 };
  const started = await shell.call(SCRIPTS.startUpdateInstall, LOCAL, parameters);
  await shell.close();
  expect(started.kind).toBe('result');
  await server.plant.until(
    (entries) => entries.filter(({ effect }) => effect === 'update-installed').length === Updates.length,
    10_000,
  );
}

const PROOFS: Record<RemotingRow, Proof> = {
  'a session with a target is kept and used again': {
    run: async (subject) => {
      // Two processes, and still the target's calls find the one that holds its session: the environment of a kept
      // session is the one of the call before.
      const { behave } = await open(subject, { sessions: 2 });
      await behave('remember', 'kept');
      expect(await behave('recall')).toMatchObject({ kind: 'result', result: { value: { environment: 'kept' } } });
      expect(await behave('recall')).toMatchObject({ kind: 'result', result: { value: { environment: 'kept' } } });
    },
  },
  'a session is not used for another key or other known hosts': {
    run: async (subject) => {
      const { shell, connection, behave } = await open(subject);
      expect(await behave('echo')).toMatchObject({ kind: 'result' });
      for (const { change, says } of [BAD_KEY, UNKNOWN_HOST_KEY]) {
        const changed = { ...connection, ...(await change()) };
        const outcome = await shell.call(shellBehaviour, changed, { Behaviour: 'echo', Value: 1 });
        expect(outcome).toMatchObject({ kind: 'connect-failed', message: expect.stringMatching(says) as unknown });
      }
      expect(await behave('echo')).toMatchObject({ kind: 'result' });
    },
  },
  'a module is loaded by more than one statement, so that its text reaches the target as a script block': {
    run: async () => {
      expect(await statementsOf('$script:ImportModule')).toBeGreaterThan(1);
    },
  },
  'warnings, information and verbose lines of remote code come with its answer': {
    run: async (_subject, { behave }) => {
      const { sideOutput } = await behave('noise');
      expect(sideOutput).toMatchObject({ warnings: ['a warning'], verbose: ['a detail'], information: ['a notice'] });
    },
  },
  'a refused connection, a wrong key and an unknown host key are told apart by what ssh printed': {
    run: async (_subject, shared) => {
      for (const refusal of [REFUSED_CONNECTION, BAD_KEY, UNKNOWN_HOST_KEY]) await expectRefused(shared, refusal);
    },
  },
  "a target's shell that dies in mid-call is lost, and the next call opens another": {
    run: async (_subject, { behave, pids }) => {
      await behave('echo');
      const before = pids();
      expect((await behave('die')).kind).toBe('lost');
      expect(await behave('echo')).toMatchObject({ kind: 'result' });
      expect(pids()).toEqual(before);
    },
  },
  'a running remote call can be cancelled, and the target used again': {
    run: async (_subject, { behave }) => {
      // The target is connected to before the clock runs.
      await behave('echo');
      const stop = new AbortController();
      const hanging = behave('hang', 1, { signal: stop.signal });
      setImmediate(() => stop.abort());
      expect((await hanging).kind).toBe('cancelled');
      expect(await behave('echo')).toMatchObject({ kind: 'result' });
    },
  },
  'a target that stopped answering is given up at the time limit': {
    run: async (_subject, { behave }) => {
      // The target is connected to before the clock runs.
      await behave('echo');
      expect((await behave('hang', 1, { limitMs: 300 })).kind).toBe('timeout');
      expect(await behave('echo')).toMatchObject({ kind: 'result' });
    },
  },
  'long work is detached: it outlives the shell that started it': {
    notReal: 'only Windows hosts have scheduled tasks; the plant stands in for them',
    run: detachedWork,
  },
  'a missing mandatory parameter never leaves': {
    run: async (subject) => {
      const { shell, connection, pids } = await open(subject);
      const parameters = { Value: 1 } as { Behaviour: 'echo'; Value: unknown };
      const outcome = await shell.call(shellBehaviour, connection, parameters);
      expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
      expect(pids()).toEqual([]);
    },
  },
  'nothing is added to what a script returned': {
    run: async (_subject, { behave }) => {
      const value = { name: 'app01', list: [{ deep: true }] };
      const outcome = await behave('echo', value);
      expect(outcome.kind === 'result' && outcome.result).toEqual({ value });
    },
  },
};

test('every row has its proof', () => {
  expect(Object.keys(PROOFS).toSorted()).toEqual([...REMOTING].toSorted());
});

describe.each(REMOTE_SUBJECTS)('$name', (subject) => {
  let shared: Opened;
  beforeAll(async () => {
    if (subject.missing === null) shared = await openSubject(subject);
  });
  afterAll(async () => {
    if (subject.missing === null) await shared.close();
  });

  for (const row of REMOTING) {
    const { notReal = null, run } = PROOFS[row];
    const missing = subject.missing ?? (subject.simulated ? null : notReal);
    test.skipIf(missing !== null)(`${row}${because(missing)}`, async () => {
      expect.hasAssertions();
      await run(subject, shared);
    });
  }
});

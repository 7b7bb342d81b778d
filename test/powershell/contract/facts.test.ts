import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ShellSettings } from '../../../activities/powershell/settings.ts';
import { processesOf } from '../processes.ts';
import { withRawShell } from './raw.ts';
import { type Fact, FACTS } from './rows.ts';
import { because } from '../shells.ts';
import { LOCAL_SUBJECTS, type Opened, openSubject, type Subject } from './subjects.ts';

/** `shared` serves every proof that needs no shell of its own. */
type Proof = (subject: Subject, shared: Opened) => Promise<void>;

const MIB = 1024 * 1024;

async function open(subject: Subject, settings?: Partial<ShellSettings>): Promise<Opened> {
  const opened = await openSubject(subject, settings);
  onTestFinished(() => opened.close());
  return opened;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** As `isThere`, for a process that is nobody's child any more: where nobody fetches its end, it stays as a zombie. */
function lives(pid: number): boolean {
  return process.platform === 'win32' ? isThere(pid) : processesOf([pid]).length > 0;
}

const endedProcess: Proof = async (subject) => {
  const { behave, shell, pids } = await open(subject);
  const [died, next] = await Promise.all([behave('die'), behave('echo')]);
  expect(died).toMatchObject({ kind: 'shell-failed', started: true });
  expect(died).toHaveProperty('message', expect.stringContaining('code 7'));
  expect(next).toMatchObject({ kind: 'result' });
  await shell.version();
  const hanging = behave('hang');
  // Sent by the time the answer to the next line of this process could be there.
  await new Promise((resolve) => setImmediate(resolve));
  process.kill(pids().at(-1) ?? 0, 'SIGKILL');
  expect(await hanging).toMatchObject({ kind: 'shell-failed', started: true });
};

const killedAtLimit: Proof = async (subject) => {
  const { behave, shell, pids } = await open(subject);
  await shell.version();
  expect(await behave('hang', 1, { limitMs: 300 })).toMatchObject({ kind: 'timeout' });
  const [first = 0] = pids();
  await expect.poll(() => isThere(first)).toBe(false);
  expect(await behave('echo')).toMatchObject({ kind: 'result' });
  expect(pids()).toHaveLength(2);
};

const longLine: Proof = async (subject) => {
  await withRawShell(subject, async ({ request }) => {
    const answer = await request({ Behaviour: 'length', Value: 'x'.repeat(3 * MIB) });
    expect(answer).toMatchObject({ ok: true, result: [{ value: 3 * MIB }] });
  });
  const { behave, pids } = await open(subject);
  const outcome = await behave('length', 'x'.repeat(MIB));
  expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'parameters' });
  expect(outcome).toHaveProperty('message', expect.stringContaining('RequestTooLarge'));
  expect(pids()).toEqual([]);
};

const largeAnswer: Proof = async (_subject, { behave }) => {
  expect((await behave('large', 1_000_000)).kind).toBe('result');
  for (const size of [MIB, 8 * MIB]) {
    const outcome = await behave('large', size);
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'result' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('ResultTooLarge'));
  }
  expect(await behave('echo')).toMatchObject({ kind: 'result' });
};

const replaced: Proof = async (subject) => {
  for (const limits of [{ callsPerSession: 1 }, { memoryBytes: 1 }]) {
    const { behave, pids } = await open(subject, { limits });
    for (const value of [1, 2]) {
      expect(await behave('echo', value)).toMatchObject({ kind: 'result', result: { value } });
    }
    expect(pids().length).toBeGreaterThan(1);
  }
};

const parallel: Proof = async (subject) => {
  const { behave, pids } = await open(subject, { sessions: 2 });
  const stop = new AbortController();
  const hanging = behave('hang', 1, { signal: stop.signal });
  expect(await behave('echo', 'free')).toMatchObject({ kind: 'result', result: { value: 'free' } });
  // The one that hangs may still be starting.
  await expect.poll(() => pids().length).toBe(2);
  stop.abort();
  expect((await hanging).kind).toBe('cancelled');
};

/** Nobody ends the process, and its input has the request in front of its end: it must notice by itself. */
const orphaned: Proof = async ({ executable, simulated }) => {
  const fixture = fileURLToPath(new URL('../fixture/busy-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, ['--import', 'tsx', fixture, executable, String(simulated)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(worker.stdout.setEncoding('utf8'), 'data')) as [string];
  const shell = Number(said);
  onTestFinished(() => {
    if (isThere(shell)) process.kill(shell, 'SIGKILL');
  });
  expect(isThere(shell)).toBe(true);
  worker.kill('SIGKILL');
  await once(worker, 'close');
  await expect.poll(() => lives(shell), { timeout: 10_000 }).toBe(false);
};

const PROOFS: Record<Fact, Proof> = {
  'with a real terminal control sequences stand before every output: the answer is found anywhere': (subject) =>
    withRawShell(
      subject,
      async ({ request }) => {
        expect(await request({ Behaviour: 'echo', Value: 1 })).toMatchObject({ ok: true, result: [{ value: 1 }] });
      },
      'xterm-256color',
    ),
  'what a script writes to the console stands in the same stream: only the marked answer counts': async (
    _subject,
    { behave },
  ) => {
    const loud = await behave('noise', 'quiet');
    expect(loud).toMatchObject({ kind: 'result', result: { value: 'quiet' } });
    expect(loud.sideOutput.stray).toEqual(expect.arrayContaining(['raw output']));
    expect(await behave('forge', 'genuine')).toMatchObject({ kind: 'result', result: { value: 'genuine' } });
  },
  'a process that ends in mid-call is told at once and costs its own call only': endedProcess,
  'nothing can be sent to a process that has ended': (subject) =>
    withRawShell(subject, async ({ session }) => {
      const ended = await session.exchange('not base64!', 'none', { limitMs: 20_000 });
      expect(ended).toMatchObject({ end: 'died' });
      expect(session.alive).toBe(false);
      expect(await session.exchange('', 'none', { limitMs: 20_000 })).toMatchObject({
        end: 'died',
        reason: ended.reason,
      });
    }),
  'a time limit ends the process, not only the wait': killedAtLimit,
  'a process whose worker was killed in mid-call ends too': orphaned,
  'bytes on stderr are no failure': async (_subject, { behave }) => {
    const outcome = await behave('stderr-only', 'good');
    expect(outcome).toMatchObject({ kind: 'result', result: { value: 'good' }, sideOutput: { stray: ['raw error'] } });
  },
  'a prompt fails at once': async (_subject, { behave }) => {
    expect((await behave('prompt')).kind).toBe('script-failed');
    expect(await behave('echo')).toMatchObject({ kind: 'result' });
  },
  'a program that reads its input does not eat our lines': async (_subject, { behave, pids, shell }) => {
    await shell.version();
    const before = pids();
    const outcomes = await Promise.all([behave('program-reads-input', 'one'), behave('echo', 'two')]);
    expect(outcomes).toMatchObject([{ result: { value: 'one' } }, { result: { value: 'two' } }]);
    expect(pids()).toEqual(before);
  },
  'a line of 4 MiB goes through; a request is capped at 1 MiB': longLine,
  'an answer of 8 MiB is cut off as too large': largeAnswer,
  'a live object is refused instead of taken apart': async (_subject, { behave }) => {
    expect((await behave('live-object', 1, { limitMs: 10_000 })).kind).toBe('contract-violation');
  },
  'a time in a parameter stays text': async (_subject, { behave }) => {
    const value = '2026-11-22T10:00:00+01:00';
    expect(await behave('echo', value)).toMatchObject({ kind: 'result', result: { value } });
  },
  'integers beyond 2^53 travel as text': async (_subject, { behave }) => {
    const value = ['9223372036854775807', Number.MAX_SAFE_INTEGER, '1.10'];
    expect(await behave('big-integers')).toMatchObject({ kind: 'result', result: { value } });
    expect(await behave('echo', value)).toMatchObject({ kind: 'result', result: { value } });
  },
  'between two calls variables are cleared and the environment is not': async (_subject, { behave }) => {
    await behave('remember', 'kept');
    const value = { variable: false, environment: 'kept' };
    expect(await behave('recall')).toMatchObject({ kind: 'result', result: { value } });
  },
  'one process and runspace serves many calls': async (_subject, { behave, pids, shell }) => {
    await shell.version();
    const before = pids();
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, value) => behave('echo', value)));
    expect(outcomes).toMatchObject(outcomes.map((_, value) => ({ kind: 'result', result: { value } })));
    expect(pids()).toEqual(before);
  },
  'a session is replaced after its calls or above its memory': replaced,
  'a pool serves as many calls at once as it has sessions': parallel,
  'a COMException is told by its HRESULT and type': async (_subject, { behave }) => {
    const failure = { hresult: '0x80240009', type: 'System.Runtime.InteropServices.COMException' };
    expect(await behave('fail')).toMatchObject({ kind: 'script-failed', failure });
  },
};

test('every fact has its proof', () => {
  expect(Object.keys(PROOFS).toSorted()).toEqual([...FACTS].toSorted());
});

/** What no other system can show: Windows has no `sh` to start a reading program with. */
const windows = process.platform === 'win32' ? 'it needs a POSIX shell' : null;

describe.each(LOCAL_SUBJECTS)('$name', (subject) => {
  let shared: Opened;
  beforeAll(async () => {
    if (subject.missing === null) shared = await openSubject(subject);
  });
  afterAll(async () => {
    if (subject.missing === null) await shared.close();
  });

  for (const fact of FACTS) {
    const missing = subject.missing ?? (fact.startsWith('a program that reads') ? windows : null);
    test.skipIf(missing !== null)(`${fact}${because(missing)}`, async () => {
      expect.hasAssertions();
      await PROOFS[fact](subject, shared);
    });
  }

  test.skipIf(subject.missing !== null)(`its version is 7.5 or later${because(subject.missing)}`, async () => {
    const expected = subject.simulated ? /-simulated$/ : /^(7\.([5-9]|\d\d)|[89])\./;
    expect(await shared.shell.version()).toMatch(expected);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shellBehaviour } from '../../../lab/shell/index.ts';
import { withRawShell } from './raw.ts';
import { BAD_KEY, expectRefused, REFUSED_CONNECTION, UNKNOWN_HOST_KEY } from './refusals.ts';
import { CASES, type Case } from './rows.ts';
import { because } from '../shells.ts';
import { type Behaviour, LOCAL_SUBJECTS, type Opened, openSubject, REMOTE_SUBJECTS } from './subjects.ts';

type Proof = (opened: Opened) => Promise<void>;

/** The value comes back as it went. */
function echo(...values: unknown[]): Proof {
  return async ({ behave }) => {
    for (const value of values)
      expect(await behave('echo', value)).toMatchObject({ kind: 'result', result: { value } });
  };
}

function answers(behaviour: Behaviour, value: unknown): Proof {
  return async ({ behave }) => {
    const outcome = await behave(behaviour, value);
    expect(outcome.kind === 'result' ? outcome.result.value : outcome).toEqual(value);
  };
}

function fails(behaviour: Behaviour, failure: Record<string, unknown>): Proof {
  return async ({ behave }) => {
    expect(await behave(behaviour)).toMatchObject({ kind: 'script-failed', failure });
    expect(await behave('echo')).toMatchObject({ kind: 'result' });
  };
}

/** The result cannot leave PowerShell, or does not fit the contract. */
function breaks(behaviour: Behaviour, message: RegExp): Proof {
  return async ({ behave }) => {
    const outcome = await behave(behaviour);
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'result' });
    expect(outcome).toHaveProperty('message', expect.stringMatching(message));
  };
}

/** The script is called with other parameters than its contract allows. */
function binds(parameters: Record<string, unknown>, why: RegExp): Proof {
  return async ({ shell, connection }) => {
    const lenient = { ...shellBehaviour, parameters: z.record(z.string(), z.unknown()) };
    const outcome = await shell.call(lenient, connection, parameters);
    expect(outcome.kind === 'script-failed' ? `${outcome.failure.id} ${outcome.failure.message}` : outcome).toMatch(
      why,
    );
  };
}

/** What no boundary sends, the dispatcher refuses too. */
const unknownTransport: Proof = async ({ subject, shell, connection }) => {
  await withRawShell(subject, async ({ request }) => {
    const answer = await request({ Behaviour: 'echo', Value: 1 }, { target: { transport: 'telnet' } });
    expect(answer).toMatchObject({ ok: false, failure: { message: "Unknown transport 'telnet'.", stage: 'connect' } });
  });
  if (!subject.remote) return;
  const telnet = { ...connection, transport: 'telnet' as 'ssh' };
  const outcome = await shell.call(shellBehaviour, telnet, { Behaviour: 'echo', Value: 1 });
  expect(outcome).toMatchObject({ kind: 'not-sent', type: 'TransportRefused' });
};

/** The text that runs is the one that the worker has compared with its manifest. */
const notPinned: Proof = ({ subject }) =>
  withRawShell(subject, async ({ request }) => {
    for (const other of [{ scriptSha256: '0'.repeat(64) }, { moduleSha256: '0'.repeat(64) }]) {
      const answer = await request({ Behaviour: 'echo', Value: 1 }, other);
      expect(answer).toMatchObject({ ok: false, failure: { id: 'FettleScriptNotPinned', stage: 'connect' } });
    }
    // A session that has its module keeps it; only before one is there can the module differ.
    expect(await request({ Behaviour: 'echo', Value: 1 })).toMatchObject({ ok: true });
  });

const TYPES = {
  time: '2026-11-22T10:00:00.0000000Z',
  // .NET writes the zone of an offset in numbers.
  offset: '2026-11-22T10:00:00.0000000+00:00',
  duration: 'P1DT2H3M4S',
  nan: 'NaN',
  version: '1.2.3.4',
  guid: '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b',
  enum: 'Monday',
  uri: 'https://wsus.corp.example/a?b=c',
  bytes: 'AQL/',
};

const sideOutput: Proof = async ({ behave }) => {
  const outcome = await behave('noise', 'quiet');
  expect(outcome).toMatchObject({ kind: 'result', result: { value: 'quiet' } });
  const { warnings, verbose, information } = outcome.sideOutput;
  expect({ warnings, verbose, information }).toEqual({
    warnings: ['a warning'],
    verbose: ['a detail'],
    information: ['a notice'],
  });
};

const PROOFS: Record<Case, Proof> = {
  'quotes in a parameter': echo(`'single' "double" ‘curly’ “curly” „low‟ ''two'' ""two""`),
  '$() in a parameter': echo('$(Get-Date); $env:PATH & { exit } @{a=1} #comment', '${x} $x @x'),
  'backticks in a parameter': echo('`n `$ ` ``', '`'),
  'newlines in a parameter': echo('one\ntwo\r\nthree\tfour\n', '\n'),
  'æøå in a parameter': echo('æøå ÆØÅ ß é'),
  '漢字 in a parameter': echo('漢字 かな 한글'),
  'emoji in a parameter': echo('🧪 👩‍🔬 🇳🇴'),
  'nested arrays': echo([[1], [[2, 'a']]], { a: [{ b: [] }, { c: { d: 'e' } }] }, []),
  nulls: echo(null, [null, 1], { nothing: null }),
  booleans: echo(true, false, [true, false], 1, 1.5),
  'ISO dates kept as text': echo('2026-11-22T10:00:00+01:00', { at: ['2026-11-22T10:00:00.123Z'] }),
  throw: fails('throw', { message: 'It was thrown as asked.' }),
  'a failing cmdlet': fails('failing-cmdlet', { id: expect.stringMatching(/^PathNotFound,/) }),
  'a failing native program': fails('failing-program', { message: expect.stringMatching(/non-zero exit code: 3/) }),
  'a missing native program': fails('missing-program', { id: expect.stringMatching(/^CommandNotFoundException/) }),
  'a COMException': fails('fail', { hresult: '0x80240009', type: 'System.Runtime.InteropServices.COMException' }),
  'an error record with an id': fails('fail-with-id', { id: expect.stringMatching(/^FettleBehaviour,/) }),
  // `throw` of an exception makes that category; the dispatcher throws, since the runner has gone with the exit.
  exit: fails('exit', { category: 'OperationStopped', message: expect.stringMatching(/called exit/) }),
  'soft errors beside a good result': async ({ behave }) => {
    const outcome = await behave('noise');
    expect(outcome).toMatchObject({ kind: 'result', sideOutput: { softErrors: ['a soft error'] } });
  },
  'warnings, verbose and information collected': sideOutput,
  'raw stdout and stderr kept apart': async ({ behave, subject }) => {
    const outcome = await behave('noise', 'quiet');
    expect(outcome).toMatchObject({ kind: 'result', result: { value: 'quiet' } });
    // Remoting drops what remote code writes past the streams.
    const expected = subject.remote ? [] : ['raw output', 'raw error', 'red'];
    expect(outcome.sideOutput.stray).toEqual(expect.arrayContaining(expected));
  },
  // Where it can, PowerShell asks for what is missing; here it says that it cannot.
  'a missing parameter': binds({ Behaviour: 'echo' }, /MissingMandatoryParameter|NonInteractive|prompt/),
  'an unknown parameter': binds({ Behaviour: 'echo', Value: 1, Colour: 'red' }, /NamedParameterNotFound/),
  'DateTime, TimeSpan, NaN, Version, Guid and enum': answers('types', TYPES),
  'a result that is too deep': breaks('too-deep', /nested deeper than 16 levels/),
  'a live object in the result': breaks('live-object', /holds a \[System\.IO\.FileInfo\]/),
  'a secret in the result': breaks('secret', /holds a secret/),
  'a null result': breaks('null', /contract/),
  'no result': breaks('nothing', /returned 0 values/),
  'two results': breaks('two-values', /returned 2 values/),
  'empty values in the result': answers('empty', { text: '', list: [], table: {}, nothing: null }),
  'a script or host module other than was pinned': notPinned,
  'an unknown transport': unknownTransport,
  'a refused connection': (opened) => expectRefused(opened, REFUSED_CONNECTION),
  'a bad key': (opened) => expectRefused(opened, BAD_KEY),
  'an unknown host key': (opened) => expectRefused(opened, UNKNOWN_HOST_KEY),
};

/** Only a target can refuse a key, or show one of its own that is not known. */
const NEEDS_TARGET: readonly Case[] = ['a bad key', 'an unknown host key'];

test('every case has its proof', () => {
  expect(Object.keys(PROOFS).toSorted()).toEqual([...CASES].toSorted());
});

describe.each([...LOCAL_SUBJECTS, ...REMOTE_SUBJECTS])('$name passes', (subject) => {
  let opened: Opened;
  beforeAll(async () => {
    if (subject.missing === null) opened = await openSubject(subject);
  });
  afterAll(async () => {
    if (subject.missing === null) await opened.close();
  });

  for (const name of CASES) {
    const missing = subject.missing ?? (NEEDS_TARGET.includes(name) && !subject.remote ? 'it needs a target' : null);
    test.skipIf(missing !== null)(`${name}${because(missing)}`, async () => {
      expect.hasAssertions();
      await PROOFS[name](opened);
    });
  }
});

import { findAnswer } from '../activities/powershell/answer.ts';
import { childEnvironment } from '../activities/powershell/child-environment.ts';
import { checkoutPins } from '../activities/powershell/pins/pins.ts';
import { prepareRequest, type PreparedRequest } from '../activities/powershell/request.ts';
import { Session } from '../activities/powershell/session.ts';
import type { ShellSettings } from '../activities/powershell/shell-settings.ts';
import { DISPATCHER, quote } from '../activities/powershell/start-session.ts';
import { Redactor } from '../activities/secrets/redaction.ts';
import { shellBehaviour } from '../lab/shell/index.ts';
import { callOnce, withPool } from './shells.ts';
import { round, spread, time, type Spread } from './statistics.ts';

/** What a call costs beside the shell's own time, in milliseconds. */
export interface Overhead {
  /** A call through the pool. */
  call: Spread;
  /** The same request line, written straight to a shell of its own that has the dispatcher. */
  straight: Spread;
  /** A line that does nothing, the same way: the shell alone. */
  bare: Spread;
  /** p50 of the calls less that of the straight lines: what the pool adds. */
  poolMs: number;
  /** p50 of the calls less that of the bare lines: what pool, dispatcher, runner and script add. */
  poolAndDispatcherMs: number;
}

/** Does nothing, and both the real and the simulated shell know it. */
const BARE_LINE = '[Console]::Out.WriteLine("0")';
const LIMIT_MS = 30_000;

/** The three are taken in turn, so that what else the machine does strikes all alike. */
export async function measureOverhead(settings: ShellSettings, rounds: number): Promise<Overhead> {
  const request = await requestOf(settings);
  const { executable, environment } = settings;
  const session = new Session({ executable, environment: childEnvironment(environment) });
  const send = (text: string) => session.exchange(text, { limitMs: LIMIT_MS });
  const sendRequest = async (): Promise<void> => {
    const found = findAnswer(request.id, await send(request.line), request.redaction);
    // A refusal would be quick, and its time would say nothing.
    if (found.found !== 'answer' || !found.answer.ok) throw new Error('The straight line got no result.');
  };
  try {
    await send(`. ${quote(DISPATCHER)}`);
    return await withPool(settings, 1, async (shell) => {
      const taken = { call: [] as number[], straight: [] as number[], bare: [] as number[] };
      for (let turn = -rounds / 10; turn < rounds; turn += 1) {
        const call = await time(() => callOnce(shell));
        const straight = await time(sendRequest);
        const bare = await time(async () => void (await send(BARE_LINE)));
        // The first tenth warms the straight shell up.
        if (turn < 0) continue;
        taken.call.push(call);
        taken.straight.push(straight);
        taken.bare.push(bare);
      }
      return compare(spread(taken.call), spread(taken.straight), spread(taken.bare));
    });
  } finally {
    await session.kill();
  }
}

function compare(call: Spread, straight: Spread, bare: Spread): Overhead {
  const [poolMs, poolAndDispatcherMs] = [round(call.p50 - straight.p50), round(call.p50 - bare.p50)];
  return { call, straight, bare, poolMs, poolAndDispatcherMs };
}

async function requestOf(settings: ShellSettings): Promise<Extract<PreparedRequest, { ready: true }>> {
  const { hostModule, environment } = settings;
  const request = await prepareRequest({
    contract: shellBehaviour,
    connection: { transport: 'local', address: 'localhost', port: 0 },
    parameters: { Behaviour: 'echo', Value: 1 },
    hostModule,
    target: { environment, connectTimeoutMs: LIMIT_MS, platform: process.platform },
    pins: checkoutPins(),
    redactor: new Redactor(),
  });
  if (!request.ready) throw new Error(`The request was not made: ${request.outcome.kind}.`);
  return request;
}

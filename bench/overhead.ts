import { findAnswer } from '../activities/powershell/answer.ts';
import { childEnvironment } from '../activities/powershell/child-environment.ts';
import type { Pins } from '../activities/powershell/pins.ts';
import { prepareRequest, type PreparedRequest } from '../activities/powershell/request.ts';
import type { Exchange } from '../activities/powershell/session.ts';
import { POOL_LIMITS, type ShellSettings } from '../activities/powershell/settings.ts';
import { startSession } from '../activities/powershell/start-session.ts';
import { Redactor } from '../activities/secrets/redaction.ts';
import { callOnce, LOCAL, TEST_CALL, withPool } from './shells.ts';
import { round, spread, time, type Spread } from './statistics.ts';

/** What a call costs beside the shell's own time, in milliseconds. */
export interface Overhead {
  /** A call through the pool. */
  call: Spread;
  /** The same request line, written straight to a session of its own, until its answer is there. */
  straight: Spread;
  /** p50 of the calls less that of the straight lines: what pool, contracts and redaction add. */
  poolMs: number;
}

const LIMITS = { limitMs: 30_000 };

/** The two are taken in turn, so that what else the machine does strikes both alike. */
export async function measureOverhead(settings: ShellSettings, rounds: number): Promise<Overhead> {
  const request = await requestOf(settings);
  const { executable, environment } = settings;
  const session = await startSession(
    { executable, environment: childEnvironment(environment) },
    LIMITS,
    pinsOf(settings),
  );
  if ('kind' in session) throw new Error(session.message);
  let last: Exchange | null = null;
  const sendStraight = async (): Promise<void> => {
    const exchange = await session.exchange(request.line, request.id, LIMITS);
    if (exchange.end !== 'answered') throw new Error(`The straight line ended as ${exchange.end}.`);
    last = exchange;
  };
  try {
    return await withPool(settings, 1, async (shell) => {
      const taken = { call: [] as number[], straight: [] as number[] };
      for (let turn = -rounds / 10; turn < rounds; turn += 1) {
        const call = await time(() => callOnce(shell));
        const straight = await time(sendStraight);
        // The first tenth warms the straight session up.
        if (turn < 0) continue;
        taken.call.push(call);
        taken.straight.push(straight);
      }
      // A refusal would be quick, and its time would say nothing.
      const found = last && findAnswer(request.id, last, request.redaction);
      if (!found?.answer?.ok) throw new Error('The straight line got no result.');
      const [call, straight] = [spread(taken.call), spread(taken.straight)];
      return { call, straight, poolMs: round(call.p50 - straight.p50) };
    });
  } finally {
    await session.kill();
  }
}

function pinsOf({ pins }: ShellSettings): Pins {
  if (!pins) throw new Error('The measured shell comes with its pins.');
  return pins;
}

async function requestOf(settings: ShellSettings): Promise<PreparedRequest> {
  const { hostModule, environment } = settings;
  const request = await prepareRequest(
    TEST_CALL,
    LOCAL,
    { Kind: 'echo', Value: 1 },
    {
      hostModule,
      target: { environment, connectTimeoutMs: LIMITS.limitMs, platform: process.platform },
      limits: POOL_LIMITS,
      pins: pinsOf(settings),
      redactor: new Redactor(),
    },
  );
  return request;
}

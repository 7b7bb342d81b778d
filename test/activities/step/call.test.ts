import { EventEmitter, once } from 'node:events';
import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../../activities/powershell/shell.ts';
import { callLimit } from '../../../activities/step/call.ts';
import type { Effect, ScriptContract } from '../../../model/contract.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { brokenOff, scriptedShell } from '../patch-window/scripted-shell.ts';
import { inventoryHost, LIMITS, NO_ROLES, situation, stepRequest } from '../patch-window/situation.ts';

const MINUTE = 60_000;

describe('a cancelled activity', () => {
  const request = { ...stepRequest(inventoryHost()), before: 'install' as const };

  it('breaks off the call that runs in the shell', { timeout: 5_000 }, async () => {
    // The call ends by its signal alone, as a real one does: without it, it would hang.
    const reached = new EventEmitter();
    const asked = once(reached, 'call');
    const shell = {
      ...scriptedShell({}),
      call: async (_contract: unknown, _connection: unknown, _parameters: unknown, options?: CallOptions) => {
        reached.emit('call');
        await (options?.signal === undefined ? new Promise(() => undefined) : once(options.signal, 'abort'));
        return brokenOff.outcome;
      },
    };
    const here = situation(shell);
    void asked.then(() => here.environment.cancel());
    await expect(here.run('confirmRoles', request)).rejects.toBeInstanceOf(CancelledFailure);
  });
});

describe('how long a call may take', () => {
  const limit = (timeLimitMs: number, callMs?: number, effect: Effect = 'read') =>
    callLimit({ timeLimitMs, effect }, callMs);

  it.each([
    ["without a policy: the contract's own limit", limit(10 * MINUTE), 10 * MINUTE],
    ['at 5 minutes: what the contracts say', limit(MINUTE, 5 * MINUTE), MINUTE],
    ['at 10 minutes: twice that', limit(MINUTE, 10 * MINUTE, 'idempotent'), 2 * MINUTE],
    ['above 5 minutes: at most what the policy says', limit(8 * MINUTE, 10 * MINUTE), 10 * MINUTE],
    ['below the limit of a script: the policy', limit(MINUTE, 20_000), 20_000],
    ['a script that must not run twice is cut', limit(MINUTE, 20_000, 'once'), 20_000],
    ['a script that must not run twice is not stretched', limit(MINUTE, 60 * MINUTE, 'once'), MINUTE],
  ])('%s', (_what, ms, expected) => {
    expect(ms).toBe(expected);
  });

  it('is what a raised policy makes of it, in the shell', async () => {
    const scripted = scriptedShell({ getHostRole: NO_ROLES });
    const limits: number[] = [];
    const shell: typeof scripted = {
      ...scripted,
      call: <P, R>(contract: ScriptContract<P, R>, ...rest: [never, never]) => {
        limits.push(contract.timeLimitMs);
        return scripted.call(contract, ...rest);
      },
    };
    const request = (callMs: number) => stepRequest(inventoryHost(), { limits: { ...LIMITS, callMs } });
    const run = (callMs: number) => situation(shell).run('confirmRoles', { ...request(callMs), before: 'install' });
    await run(5 * MINUTE);
    await run(15 * MINUTE);
    expect(limits).toEqual([SCRIPTS.getHostRole.timeLimitMs, 3 * SCRIPTS.getHostRole.timeLimitMs]);
  });
});

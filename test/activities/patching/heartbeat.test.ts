import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beating } from '../../../activities/patching/heartbeat.ts';

/** Resolves at the n-th heartbeat. */
function heartbeat(environment: MockActivityEnvironment, n: number): Promise<unknown> {
  return new Promise((resolve) => {
    let count = 0;
    environment.on('heartbeat', (details: unknown) => {
      count += 1;
      if (count === n) resolve(details);
    });
  });
}

describe('the heartbeat behind an activity', () => {
  it('repeats the last report while one long call lasts', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 });
    const third = heartbeat(environment, 3);
    const last = await environment.run(() =>
      beating(async (beat) => {
        beat({ percent: 40 });
        return await third;
      }),
    );
    expect(last).toEqual({ percent: 40 });
  });

  it('ends with the work, also with work that fails', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 3 });
    const first = heartbeat(environment, 1);
    const failing = environment.run(() => beating(() => first.then(() => Promise.reject(new Error('it failed')))));
    await expect(failing).rejects.toThrow('it failed');
    let later = 0;
    environment.on('heartbeat', () => (later += 1));
    const other = new MockActivityEnvironment({ heartbeatTimeoutMs: 3 });
    const passed = heartbeat(other, 5);
    await other.run(() => beating(() => passed));
    expect(later).toBe(0);
  });
});

describe('the time between heartbeats', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leaves room for one that is lost before the worker counts as dead', async () => {
    const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 });
    let beats = 0;
    environment.on('heartbeat', () => (beats += 1));
    await environment.run(() =>
      beating(() => {
        vi.advanceTimersByTime(59_000);
        return Promise.resolve();
      }),
    );
    expect(beats).toBe(2);
  });
});

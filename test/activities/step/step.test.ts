import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beating, noteForStep, step } from '../../../activities/step/step.ts';
import { MAX_STEP_NOTES, type StepResult } from '../../../model/turn.ts';

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

describe('what was said beside a result', () => {
  const run = <R>(work: () => R | Promise<R>): Promise<StepResult<R>> =>
    new MockActivityEnvironment().run(() => step(async () => await work()));

  it('comes back with the result, each text once', async () => {
    const done = await run(() => {
      noteForStep(['careful', 'line 0']);
      noteForStep(['line 0', 'line 1']);
      return 'done';
    });
    expect(done).toEqual({ result: 'done', notes: ['careful', 'line 0', 'line 1'] });
  });

  it('is capped in number and length, and not read any further once there is enough', async () => {
    let read = 0;
    function* endless() {
      for (;;) yield `line ${(read += 1)} ${'x'.repeat(500)}`;
    }
    const { notes } = await run(() => noteForStep(endless()));
    expect(notes).toHaveLength(MAX_STEP_NOTES);
    for (const note of notes) expect(note).toHaveLength(200);
    expect(read).toBe(MAX_STEP_NOTES + 1);
  });

  it("stands in the failure's details where the work fails, and changes nothing else of it", async () => {
    const given = {
      type: 'HostLost',
      message: 'it broke',
      nonRetryable: true,
      nextRetryDelay: '5s',
      category: 'BENIGN',
      cause: new Error('why'),
    } as const;
    const failing = run(() => {
      noteForStep(['line 0']);
      throw ApplicationFailure.create({ ...given, details: [{ host: 'app01' }, 'more'] });
    });
    const details = [{ host: 'app01', notes: ['line 0'] }, 'more'];
    await expect(failing).rejects.toMatchObject({ ...given, details });
  });

  it('leaves alone a failure beside which nothing was said, and one that is none of ours', async () => {
    const failure = ApplicationFailure.create({ message: 'it broke' });
    await expect(run(() => Promise.reject(failure))).rejects.toBe(failure);
    const error = new Error('a defect');
    const failing = run(() => {
      noteForStep(['line 0']);
      throw error;
    });
    await expect(failing).rejects.toBe(error);
  });
});

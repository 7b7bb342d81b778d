import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LaneLimits, Lanes, type NotServed } from '../../activities/powershell/lanes.ts';

const LIMITS: LaneLimits = { queueLimit: 3, affinityWaitMs: 2_000, queueWaitMs: 60_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Callers in the order in which they were served, each with the lane it got. */
function queueOf(lanes: Lanes) {
  const served: string[] = [];
  const note = (name: string) => (lane: number | NotServed) => void served.push(`${name} ${lane}`);
  return {
    served,
    ask: (name: string, target?: string) => void lanes.take({ target: target ?? null }).then(note(name)),
    askLong: (name: string) => void lanes.take({ long: true }).then(note(name)),
  };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('callers', () => {
  test('are served first come first served', async () => {
    const lanes = new Lanes(1, LIMITS);
    const { ask, served } = queueOf(lanes);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    for (let turn = 0; turn < 3; turn += 1) lanes.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
  });

  test('get the lane that was used last: it is the warm one', async () => {
    const lanes = new Lanes(3, LIMITS);
    const { ask, served } = queueOf(lanes);
    for (const name of ['a', 'b']) ask(name);
    lanes.give(0);
    lanes.give(1);
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'b 1', 'c 1']);
  });

  test('are sent away when the queue is full, and only then', async () => {
    const lengths: number[] = [];
    const lanes = new Lanes(1, LIMITS, (length) => lengths.push(length));
    const { ask, served } = queueOf(lanes);
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
    await settle();
    expect(served).toEqual(['a 0', 'e busy']);
    expect(lengths).toEqual([1, 2, 3]);
    lanes.give(0);
    ask('f');
    await settle();
    expect(served).toEqual(['a 0', 'e busy', 'b 0']);
  });

  test('are sent away when no lane becomes free in time, and leave no place behind', async () => {
    const lengths: number[] = [];
    const lanes = new Lanes(1, LIMITS, (length) => lengths.push(length));
    const { ask, served } = queueOf(lanes);
    for (const name of ['a', 'b']) ask(name);
    await vi.advanceTimersByTimeAsync(30_000);
    ask('c', 'host');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(served).toEqual(['a 0', 'b late']);
    lanes.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'b late', 'c 0']);
    expect(lengths).toEqual([1, 2, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leave one lane free of long calls, where there are two', async () => {
    const lanes = new Lanes(3, LIMITS);
    const { askLong, ask, served } = queueOf(lanes);
    for (const name of ['long a', 'long b', 'long c']) askLong(name);
    ask('short');
    await settle();
    lanes.give(2);
    await settle();
    expect(served).toEqual(['long a 0', 'long b 1', 'short 2']);
    lanes.give(0);
    await settle();
    expect(served.at(-1)).toBe('long c 0');
  });

  test('share the one lane with long calls, where there is no other', async () => {
    const lanes = new Lanes(1, LIMITS);
    const { askLong, ask, served } = queueOf(lanes);
    askLong('long');
    ask('short');
    lanes.give(0);
    await settle();
    expect(served).toEqual(['long 0', 'short 0']);
  });

  test('give their place up when they are aborted', async () => {
    const lanes = new Lanes(1, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a');
    const stop = new AbortController();
    const aborted = lanes.take({ signal: stop.signal });
    ask('c');
    stop.abort();
    expect(await aborted).toBe('aborted');
    lanes.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'c 0']);
  });

  test('are all sent away when the lanes are closed', async () => {
    const lanes = new Lanes(1, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a');
    ask('b', 'host');
    lanes.close();
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'b closed', 'c closed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a call to a remote target', () => {
  test('keeps to the lane that holds its session', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a', 'host1');
    ask('b', 'host2');
    await settle();
    lanes.give(0);
    lanes.give(1);
    ask('c', 'host1');
    ask('d', 'host2');
    await settle();
    expect(served.slice(2)).toEqual(['c 0', 'd 1']);
  });

  test('waits for that lane while another is free, and whoever comes later is not held up', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a', 'host1');
    ask('b', 'host1');
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'c 1']);
    lanes.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'c 1', 'b 0']);
  });

  test('takes another lane when its own is busy for long', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a', 'host1');
    ask('b', 'host1');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(served).toEqual(['a 0']);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toEqual(['a 0', 'b 1']);
  });

  test('is not overtaken any more once it has waited long', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a', 'host1');
    ask('x');
    ask('b', 'host1');
    await vi.advanceTimersByTimeAsync(2_000);
    ask('y');
    lanes.give(1);
    await settle();
    expect(served).toEqual(['a 0', 'x 1', 'b 1']);
  });

  test('goes anywhere once the lane has lost the session', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    ask('a', 'host1');
    ask('b', 'host1');
    await settle();
    lanes.forget(0);
    await settle();
    expect(served).toEqual(['a 0', 'b 1']);
  });

  test('that failed to connect leaves other targets of the lane where they are', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    for (const target of ['host1', 'host2', 'host3']) {
      ask(target, target);
      await settle();
      lanes.give(Number(served.at(-1)?.at(-1)));
    }
    const [first = ''] = served;
    lanes.forget(Number(first.at(-1)), 'host3');
    ask('again', 'host1');
    await settle();
    expect(served.at(-1)).toBe(`again ${first.at(-1)}`);
  });

  test('to a new target goes to the lane that holds fewest', async () => {
    const lanes = new Lanes(2, LIMITS);
    const { ask, served } = queueOf(lanes);
    for (const target of ['host1', 'host2', 'host3', 'host4']) {
      ask(target, target);
      await settle();
      lanes.give(Number(served.at(-1)?.at(-1)));
    }
    const lanesUsed = served.map((text) => Number(text.at(-1)));
    expect(lanesUsed.toSorted((one, other) => one - other)).toEqual([0, 0, 1, 1]);
  });
});

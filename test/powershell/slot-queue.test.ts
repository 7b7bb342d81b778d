import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SlotLimits, SlotQueue, type NotServed } from '../../activities/powershell/slot-queue.ts';

const LIMITS: SlotLimits = { queueLimit: 3, affinityWaitMs: 2_000, queueWaitMs: 60_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Callers in the order in which they were served, each with the slot it got. */
function queueOf(slots: SlotQueue) {
  const served: string[] = [];
  const note = (name: string) => (slot: number | NotServed) => void served.push(`${name} ${slot}`);
  return {
    served,
    ask: (name: string, target?: string) => void slots.take({ target: target ?? null }).then(note(name)),
    askLong: (name: string) => void slots.take({ long: true }).then(note(name)),
  };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('callers', () => {
  test('are served first come first served', async () => {
    const slots = new SlotQueue(1, LIMITS);
    const { ask, served } = queueOf(slots);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    for (let turn = 0; turn < 3; turn += 1) slots.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
  });

  test('get the slot that was used last: it is the warm one', async () => {
    const slots = new SlotQueue(3, LIMITS);
    const { ask, served } = queueOf(slots);
    for (const name of ['a', 'b']) ask(name);
    slots.give(0);
    slots.give(1);
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'b 1', 'c 1']);
  });

  test('are sent away when the queue is full, and only then', async () => {
    const lengths: number[] = [];
    const slots = new SlotQueue(1, LIMITS, (length) => lengths.push(length));
    const { ask, served } = queueOf(slots);
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
    await settle();
    expect(served).toEqual(['a 0', 'e busy']);
    expect(lengths).toEqual([1, 2, 3]);
    slots.give(0);
    ask('f');
    await settle();
    expect(served).toEqual(['a 0', 'e busy', 'b 0']);
  });

  test('are sent away when no slot becomes free in time, and leave no place behind', async () => {
    const lengths: number[] = [];
    const slots = new SlotQueue(1, LIMITS, (length) => lengths.push(length));
    const { ask, served } = queueOf(slots);
    for (const name of ['a', 'b']) ask(name);
    await vi.advanceTimersByTimeAsync(30_000);
    ask('c', 'host');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(served).toEqual(['a 0', 'b late']);
    slots.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'b late', 'c 0']);
    expect(lengths).toEqual([1, 2, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leave one slot free of long calls, where there are two', async () => {
    const slots = new SlotQueue(3, LIMITS);
    const { askLong, ask, served } = queueOf(slots);
    for (const name of ['long a', 'long b', 'long c']) askLong(name);
    ask('short');
    await settle();
    slots.give(2);
    await settle();
    expect(served).toEqual(['long a 0', 'long b 1', 'short 2']);
    slots.give(0);
    await settle();
    expect(served.at(-1)).toBe('long c 0');
  });

  test('share the one slot with long calls, where there is no other', async () => {
    const slots = new SlotQueue(1, LIMITS);
    const { askLong, ask, served } = queueOf(slots);
    askLong('long');
    ask('short');
    slots.give(0);
    await settle();
    expect(served).toEqual(['long 0', 'short 0']);
  });

  test('give their place up when they are aborted', async () => {
    const slots = new SlotQueue(1, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a');
    const stop = new AbortController();
    const aborted = slots.take({ signal: stop.signal });
    ask('c');
    stop.abort();
    expect(await aborted).toBe('aborted');
    slots.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'c 0']);
  });

  test('are all sent away when the slots are closed', async () => {
    const slots = new SlotQueue(1, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a');
    ask('b', 'host');
    slots.close();
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'b closed', 'c closed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a call to a remote target', () => {
  test('keeps to the slot that holds its session', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a', 'host1');
    ask('b', 'host2');
    await settle();
    slots.give(0);
    slots.give(1);
    ask('c', 'host1');
    ask('d', 'host2');
    await settle();
    expect(served.slice(2)).toEqual(['c 0', 'd 1']);
  });

  test('waits for that slot while another is free, and whoever comes later is not held up', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a', 'host1');
    ask('b', 'host1');
    ask('c');
    await settle();
    expect(served).toEqual(['a 0', 'c 1']);
    slots.give(0);
    await settle();
    expect(served).toEqual(['a 0', 'c 1', 'b 0']);
  });

  test('takes another slot when its own is busy for long', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a', 'host1');
    ask('b', 'host1');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(served).toEqual(['a 0']);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toEqual(['a 0', 'b 1']);
  });

  test('is not overtaken any more once it has waited long', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a', 'host1');
    ask('x');
    ask('b', 'host1');
    await vi.advanceTimersByTimeAsync(2_000);
    ask('y');
    slots.give(1);
    await settle();
    expect(served).toEqual(['a 0', 'x 1', 'b 1']);
  });

  test('goes anywhere once the slot has lost the session', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    ask('a', 'host1');
    ask('b', 'host1');
    await settle();
    slots.forget(0);
    await settle();
    expect(served).toEqual(['a 0', 'b 1']);
  });

  test('that failed to connect leaves other targets of the slot where they are', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    for (const target of ['host1', 'host2', 'host3']) {
      ask(target, target);
      await settle();
      slots.give(Number(served.at(-1)?.at(-1)));
    }
    const [first = ''] = served;
    slots.forget(Number(first.at(-1)), 'host3');
    ask('again', 'host1');
    await settle();
    expect(served.at(-1)).toBe(`again ${first.at(-1)}`);
  });

  test('to a new target goes to the slot that holds fewest', async () => {
    const slots = new SlotQueue(2, LIMITS);
    const { ask, served } = queueOf(slots);
    for (const target of ['host1', 'host2', 'host3', 'host4']) {
      ask(target, target);
      await settle();
      slots.give(Number(served.at(-1)?.at(-1)));
    }
    const slotsUsed = served.map((text) => Number(text.at(-1)));
    expect(slotsUsed.toSorted((one, other) => one - other)).toEqual([0, 0, 1, 1]);
  });
});

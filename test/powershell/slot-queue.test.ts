import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SlotQueue, type NotServed } from '../../activities/powershell/slot-queue.ts';

const waitMs = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Callers by name, and by target where there is one (`a host1`); `served` has them in their order, each with the slot it got. */
function queueOf(count: number, onLength?: (length: number) => void) {
  const slots = new SlotQueue(count, onLength);
  const served: string[] = [];
  const note = (name: string) => (slot: number | NotServed) => void served.push(`${name} ${slot}`);
  const ask = (...callers: string[]): void => {
    for (const [name = '', target = null] of callers.map((caller) => caller.split(' ')))
      void slots.take({ waitMs, target }).then(note(name));
  };
  const askLong = (...callers: string[]): void => {
    for (const [name = '', target = null] of callers.map((caller) => caller.split(' ')))
      void slots.take({ waitMs, target, long: true }).then(note(name));
  };
  /** Gives slots back, and lets those who wait have them. */
  const give = async (...free: number[]): Promise<string[]> => {
    for (const slot of free) slots.give(slot);
    await vi.advanceTimersByTimeAsync(0);
    return served;
  };
  return { slots, served, ask, askLong, give };
}

describe('callers', () => {
  test('are served first come first served', async () => {
    const { ask, give } = queueOf(1);
    ask('a', 'b', 'c', 'd');
    expect(await give(0, 0, 0)).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
  });

  test('get the slot that was used last: it is the warm one', async () => {
    const { slots, ask, give } = queueOf(3);
    ask('a', 'b');
    slots.give(0);
    slots.give(1);
    ask('c');
    expect(await give()).toEqual(['a 0', 'b 1', 'c 1']);
  });

  test('that need no target get a slot that holds few: a long local call does not take the session that a target is connected to', async () => {
    const { ask, askLong, give } = queueOf(2);
    ask('a host1');
    await give(0);
    askLong('local');
    ask('b host1');
    expect(await give()).toEqual(['a 0', 'local 1', 'b 0']);
  });

  test('are sent away when no slot becomes free in time, and leave no place behind', async () => {
    const lengths: number[] = [];
    const { ask, served, give } = queueOf(1, (length) => lengths.push(length));
    ask('a', 'b');
    await vi.advanceTimersByTimeAsync(30_000);
    ask('c host');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(served).toEqual(['a 0', 'b late']);
    expect(await give(0)).toEqual(['a 0', 'b late', 'c 0']);
    expect(lengths).toEqual([1, 2, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leave one slot free of long calls, where there are two', async () => {
    const { askLong, ask, give } = queueOf(3);
    askLong('a', 'b', 'c');
    ask('short');
    await give();
    expect(await give(2)).toEqual(['a 0', 'b 1', 'short 2']);
    expect((await give(0)).at(-1)).toBe('c 0');
  });

  test('share the one slot with long calls, where there is no other', async () => {
    const { askLong, ask, give } = queueOf(1);
    askLong('long');
    ask('short');
    expect(await give(0)).toEqual(['long 0', 'short 0']);
  });

  test('give their place up when they are aborted', async () => {
    const { slots, ask, give } = queueOf(1);
    ask('a');
    const stop = new AbortController();
    const aborted = slots.take({ waitMs, signal: stop.signal });
    ask('c');
    stop.abort();
    expect(await aborted).toBe('aborted');
    expect(await give(0)).toEqual(['a 0', 'c 0']);
  });

  test('are all sent away when the slots are closed', async () => {
    const { slots, ask, give } = queueOf(1);
    ask('a', 'b host');
    slots.close();
    ask('c');
    expect(await give()).toEqual(['a 0', 'b closed', 'c closed']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a call to a remote target', () => {
  test('keeps to the slot that holds its session', async () => {
    const { slots, ask, served, give } = queueOf(2);
    ask('a host1', 'b host2');
    await give();
    slots.give(0);
    slots.give(1);
    ask('c host1', 'd host2');
    await give();
    expect(served.slice(2)).toEqual(['c 0', 'd 1']);
  });

  test('waits for that slot while another is free, and whoever comes later is not held up', async () => {
    const { ask, give } = queueOf(2);
    ask('a host1', 'b host1', 'c');
    expect(await give()).toEqual(['a 0', 'c 1']);
    expect(await give(0)).toEqual(['a 0', 'c 1', 'b 0']);
  });

  test('opens no second session, however many calls its own serves first', async () => {
    const { ask, give } = queueOf(2);
    ask('a host1', 'b host1', 'c host1', 'd host1');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(await give(0, 0)).toEqual(['a 0', 'b 0', 'c 0']);
  });

  test('does not wait behind a long call to the same target', async () => {
    const { askLong, ask, give } = queueOf(2);
    askLong('long host1');
    ask('short host1');
    expect(await give()).toEqual(['long 0', 'short 1']);
  });

  test('goes anywhere once the slot has lost the session', async () => {
    const { slots, ask, give } = queueOf(2);
    ask('a host1', 'b host1');
    await give();
    slots.forget(0);
    expect(await give()).toEqual(['a 0', 'b 1']);
  });

  test('is known to have a slot from when it gets one until the session is lost', () => {
    const { slots, ask } = queueOf(2);
    const held = (): boolean[] => ['host1', 'host2'].map((target) => slots.holds(target));
    expect(held()).toEqual([false, false]);
    ask('a host1', 'b host2');
    expect(held()).toEqual([true, true]);
    slots.give(0);
    slots.forget(1);
    expect(held()).toEqual([true, false]);
  });

  /** One call to each target, one after the other; the slots that they got. */
  async function callEach({ ask, give }: ReturnType<typeof queueOf>, targets: string[]): Promise<number[]> {
    const got: number[] = [];
    for (const target of targets) {
      ask(`${target} ${target}`);
      got.push(Number((await give()).at(-1)?.at(-1)));
      await give(...got.slice(-1));
    }
    return got;
  }

  test('that failed to connect leaves other targets of the slot where they are', async () => {
    const queue = queueOf(2);
    const [first = NaN] = await callEach(queue, ['host1', 'host2', 'host3']);
    queue.slots.forget(first, 'host3');
    queue.ask('again host1');
    expect((await queue.give()).at(-1)).toBe(`again ${first}`);
  });

  test('to a new target goes to the slot that holds fewest', async () => {
    const used = await callEach(queueOf(2), ['host1', 'host2', 'host3', 'host4']);
    expect(used.toSorted((one, other) => one - other)).toEqual([0, 0, 1, 1]);
  });
});

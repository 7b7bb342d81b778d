import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { NO_METRICS } from '../../activities/powershell/settings.ts';
import { Slots } from '../../activities/powershell/slots.ts';
import type { Slot, SlotSettings } from '../../activities/powershell/slot.ts';

const waitMs = 60_000;

/** Callers by name, and by target where there is one (`a host1`); no slot has a session. `served` has each with its slot, in their order. */
function slotsOf(count: number, queued: (length: number) => void = () => undefined) {
  const settings = { limits: { idleMs: waitMs } } as SlotSettings;
  const slots = new Slots(count, settings, { ...NO_METRICS, queued });
  const known: Slot[] = [];
  const working = new Map<string, () => void>();
  const served: string[] = [];
  const ask = (callers: string[], more: { long?: true; waitMs?: number } = {}): void => {
    for (const [name = '', target = null] of callers.map((caller) => caller.split(' '))) {
      const work = (slot: Slot): Promise<object> => {
        if (!known.includes(slot)) known.push(slot);
        served.push(`${name} ${known.indexOf(slot)}`);
        return new Promise<object>((resolve) => working.set(name, () => resolve({})));
      };
      void slots
        .serve({ waitMs, target, long: false, ...more }, work)
        .then((why) => 'kind' in why && served.push(`${name} ${why.kind}`));
    }
  };
  const settle = async (): Promise<string[]> => {
    await tick();
    return served;
  };
  /** Ends the work of these callers, and lets those who wait have their slots. */
  const end = async (...names: string[]): Promise<string[]> => {
    await settle();
    for (const name of names) {
      working.get(name)?.();
      await settle();
    }
    return served;
  };
  return { slots, known, ask, end, settle, served };
}

describe('callers', () => {
  test('are served first come first served', async () => {
    const { ask, end } = slotsOf(1);
    ask(['a', 'b', 'c', 'd']);
    expect(await end('a', 'b', 'c')).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
  });

  test('get the slot that was used last: it is the warm one', async () => {
    const { ask, end, settle } = slotsOf(3);
    ask(['a', 'b']);
    await end('a', 'b');
    ask(['c']);
    expect(await settle()).toEqual(['a 0', 'b 1', 'c 1']);
  });

  test('that need no target get a slot that holds few: a long local call does not take the session that a target is connected to', async () => {
    const { ask, end, settle } = slotsOf(2);
    ask(['a host1']);
    await end('a');
    ask(['local'], { long: true });
    ask(['b host1']);
    expect(await settle()).toEqual(['a 0', 'local 1', 'b 0']);
  });

  test('are sent away when no slot becomes free in time, and leave no place behind', async () => {
    const lengths: number[] = [];
    const { ask, end, served } = slotsOf(1, (length) => lengths.push(length));
    ask(['a']);
    ask(['b'], { waitMs: 20 });
    ask(['c host']);
    await expect.poll(() => served).toEqual(['a 0', 'b refused']);
    expect(await end('a')).toEqual(['a 0', 'b refused', 'c 0']);
    expect(lengths).toEqual([1, 2, 1, 0]);
  });

  test('leave one slot free of long calls, where there are two', async () => {
    const { ask, end } = slotsOf(3);
    ask(['a', 'b', 'c'], { long: true });
    ask(['short']);
    expect(await end('short')).toEqual(['a 0', 'b 1', 'short 2']);
    expect((await end('a')).at(-1)).toBe('c 0');
  });

  test('share the one slot with long calls, where there is no other', async () => {
    const { ask, end } = slotsOf(1);
    ask(['long'], { long: true });
    ask(['short']);
    expect(await end('long')).toEqual(['long 0', 'short 0']);
  });

  test('give their place up when they are aborted', async () => {
    const { slots, ask, end } = slotsOf(1);
    ask(['a']);
    const stop = new AbortController();
    const aborted = slots.serve({ waitMs, target: null, long: false, signal: stop.signal }, () =>
      Promise.reject(new Error('It was served.')),
    );
    ask(['c']);
    stop.abort();
    expect(await aborted).toMatchObject({ kind: 'cancelled', started: false });
    expect(await end('a')).toEqual(['a 0', 'c 0']);
  });
});

describe('a call to a remote target', () => {
  test('keeps to the slot that holds its session', async () => {
    const { ask, end, settle } = slotsOf(2);
    ask(['a host1', 'b host2']);
    await end('a', 'b');
    ask(['c host1', 'd host2']);
    expect((await settle()).slice(2)).toEqual(['c 0', 'd 1']);
  });

  test('waits for that slot while another is free, and whoever comes later is not held up', async () => {
    const { ask, end, settle } = slotsOf(2);
    ask(['a host1', 'b host1', 'c host1', 'd']);
    expect(await settle()).toEqual(['a 0', 'd 1']);
    expect(await end('a', 'b')).toEqual(['a 0', 'd 1', 'b 0', 'c 0']);
  });

  test('does not wait behind a long call to the same target', async () => {
    const { ask, settle } = slotsOf(2);
    ask(['long host1'], { long: true });
    ask(['short host1']);
    expect(await settle()).toEqual(['long 0', 'short 1']);
  });

  test('goes anywhere once the slot has lost its session, and other targets of the slot stay where they are', async () => {
    const { known, ask, end, settle } = slotsOf(2);
    for (const caller of ['a host1', 'b host2', 'c host3']) {
      ask([caller]);
      await end(caller.charAt(0));
    }
    for (const { targets } of known) targets.delete('host3');
    ask(['d host1', 'e host3']);
    expect((await settle()).slice(3)).toEqual(['d 0', 'e 1']);
  });

  test('goes to the slot that holds fewest when its target is new', async () => {
    const { ask, end, served } = slotsOf(2);
    for (const caller of ['a host1', 'b host2', 'c host3', 'd host4']) {
      ask([caller]);
      await end(caller.charAt(0));
    }
    expect(served.filter((one) => one.endsWith('0'))).toHaveLength(2);
  });
});

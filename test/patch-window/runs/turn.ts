import { vi } from 'vitest';
import type { FaultOrder, JournalEntry, Plant } from '../../../lab/plant/index.ts';
import type { PatchState } from '../../../model/patch-window/turn.ts';
import type { LedgerEntry } from '../../../model/run.ts';
import { windowInput } from './input.ts';
import { effectsOf } from './journal.ts';
import type { PatchRun, RunStage } from './lab-stage.ts';

/** How the turn of one target ended, and what is there to see of it. */
export interface EndedTurn {
  host: string;
  entry: LedgerEntry<PatchState>;
  /** Handover items of the host, text by kind. */
  handedOver: Record<string, string>;
  effects: JournalEntry[];
}

/** An order without its host: the host is taken when the order is given. */
export type HostFault = FaultOrder extends infer Order
  ? Order extends { host: string }
    ? Omit<Order, 'host'>
    : never
  : never;

/** For a host whose turn another one has to meet. */
export const SLOW = { fault: 'slow', factor: 6 } as const satisfies HostFault;

/** Hosts by the case that they stand for. */
export type Cases<Name extends string> = Readonly<Record<Name, readonly HostFault[]>>;

/** Takes a host for each case and orders its troubles. */
export function orderTroubles<Name extends string>(stage: RunStage, cases: Cases<Name>): Record<Name, string> {
  const names = Object.keys(cases) as Name[];
  const hosts = Object.fromEntries(names.map((name) => [name, stage.take()])) as Record<Name, string>;
  for (const name of names) stage.plant.order(...cases[name].map((fault) => ({ ...fault, host: hosts[name] })));
  return hosts;
}

/** Patches the hosts of all cases in one run, and tells how the turn of each ended. `meanwhile` works while it runs. */
export async function patchAll<Name extends string>(
  stage: RunStage,
  hosts: Record<Name, string>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Record<Name, EndedTurn>> {
  const run = await stage.start(windowInput(Object.values(hosts)));
  await Promise.all([run.result(), meanwhile()]);
  const turns = await endedTurns(stage, run);
  const named = Object.entries<string>(hosts).map(([name, host]) => [name, turns.get(host)]);
  return Object.fromEntries(named) as Record<Name, EndedTurn>;
}

/** Waits for the end of a run and looks at one of its targets. */
export async function endedTurn(stage: RunStage, run: PatchRun, host: string): Promise<EndedTurn> {
  const turn = (await endedTurns(stage, run)).get(host);
  if (turn === undefined) throw new Error(`${host} is not in the ledger`);
  return turn;
}

async function endedTurns(stage: RunStage, run: PatchRun): Promise<Map<string, EndedTurn>> {
  const { handover } = await run.result();
  const ledger = await run.ledger();
  return new Map(
    ledger.map((entry) => {
      const { id: host } = entry;
      const items = handover.filter(({ target }) => target === host).map(({ kind, text }) => [kind, text]);
      return [host, { host, entry, handedOver: Object.fromEntries(items), effects: effectsOf(stage.plant, host) }];
    }),
  );
}

/** A run that has made its plan and starts nothing until it is resumed: whatever changes now changed since planning. */
export async function planned(stage: RunStage, input: unknown): Promise<PatchRun> {
  const run = await stage.start(input);
  await run.handle.signal('pause', { reason: 'a test changes something first', by: 'Kim Example' });
  await vi.waitFor(
    async () => {
      const { phase, targets } = await run.status();
      if (phase !== 'paused' || targets === 0) throw new Error(`the run is ${phase} with ${targets} targets`);
    },
    { timeout: 30_000, interval: 50 },
  );
  return run;
}

export async function resume(run: PatchRun): Promise<void> {
  await run.handle.signal('resume', { reason: 'the test has changed it', by: 'Kim Example' });
}

const EVENT_WITHIN_MS = 40_000;

/** Resolves as soon as an effect on behalf of the host stands in the journal, before the plant answers anything else. */
export async function untilEffect(plant: Plant, host: string, effect: JournalEntry['effect']): Promise<void> {
  await plant.until(() => effectsOf(plant, host).some((entry) => entry.effect === effect), EVENT_WITHIN_MS);
}

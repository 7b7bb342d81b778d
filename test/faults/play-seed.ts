import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { InventoryHost } from '../../model/inventory.ts';
import { hostTurnId } from '../../model/ids.ts';
import { effectsOf } from '../patch-window/runs/journal.ts';
import { windowInput } from '../patch-window/runs/input.ts';
import type { LabTemporal } from '../../lab/temporal/connect.ts';
import { openArena, type Arena } from './arena.ts';
import { isOpen, untilClosed } from './closed.ts';
import { doTo } from './deeds.ts';
import { readRun } from './evidence.ts';
import { plantWorld } from './plant-world.ts';
import { judge } from './reader.ts';
import { hides, planOf, type Act, type SeedPlan } from './seed-plan.ts';

const HAPPENS_WITHIN_MS = 90_000;
const HELD_WITHIN_MS = 15_000;
/** Signals sent at once. */
const AT_ONCE = 50;

/** A seed that is being played. */
interface Play {
  arena: Arena;
  plan: SeedPlan;
  hosts: InventoryHost[];
  runIds: string[];
}

/** Short enough that a host which hides, or never comes back, is given up soon. */
const LIMITS = { callMs: 2_000, rebootMs: 8_000, retryAttempts: 5 };
const HOSTS = 40;

/** Plays a seed in an arena of its own. Returns what was found; what keeps it from its end is a finding too. */
export async function playSeed(seed: number, connect: () => Promise<LabTemporal>): Promise<string[]> {
  const arena = await openArena({ temporal: await connect(), hosts: HOSTS, seed, limits: LIMITS });
  try {
    return await played(arena, planOf(seed));
  } catch (error) {
    return [`It could not be brought to its end: ${String(error)}`];
  } finally {
    await arena.close();
  }
}

/** Does what the seed planned over hosts of the arena, and judges what came of it. */
async function played(arena: Arena, plan: SeedPlan): Promise<string[]> {
  const { client } = arena.lab;
  const hosts = hostsOf(arena, plan);
  for (const { host, order } of plan.faults) arena.plant.order({ ...order, host: hosts[host]?.name ?? '' });
  if (plan.acts.some(({ act }) => act.do.startsWith('kill'))) arena.seat.keepSpare();
  const play: Play = { arena, plan, hosts, runIds: [] };
  await startRun(play);
  const over = untilClosed(client, play.runIds[0] ?? '');
  // It is awaited below, once everything has happened.
  over.catch(() => undefined);
  for (const { atEffect, act } of plan.acts) {
    const effects = () => hosts.flatMap(({ name }) => effectsOf(arena.plant, name)).length;
    const reached = arena.plant.until(() => effects() >= atEffect, HAPPENS_WITHIN_MS).catch(() => undefined);
    await Promise.race([reached, over]);
    if (!(await isOpen(client, play.runIds[0] ?? ''))) break;
    await happen(play, act, over);
  }
  await over;
  const turns = hosts.map(({ name }) => hostTurnId(name));
  for (const id of [...play.runIds, ...turns]) await untilClosed(client, id);
  return await judged(play);
}

function hostsOf(arena: Arena, { singles, pairs }: SeedPlan): InventoryHost[] {
  return [
    ...Array.from({ length: singles }, () => arena.take()),
    ...Array.from({ length: pairs }, () => arena.takeGroup('scada')).flat(),
  ];
}

async function startRun({ arena, plan, hosts, runIds }: Play): Promise<void> {
  const runId = `seed-${plan.seed}/${randomUUID()}`;
  runIds.push(runId);
  const [first = 1, ...others] = plan.waves;
  const waves = [
    ...others.map((concurrency, index) => ({ name: `wave ${index + 1}`, count: 1, canary: false, concurrency })),
    { name: 'the rest', rest: true, canary: false, concurrency: first },
  ];
  const input = windowInput(
    hosts.map(({ name }) => name),
    {
      waves,
      soak: plan.soak ? '1s' : '0s',
      failureBudget: { percent: plan.budgetPercent },
      snapshot: { take: 'when-possible', keep: plan.keep },
    },
  );
  await arena.start('patchWindow', input, runId);
}

async function happen(play: Play, act: Act, over: Promise<void>): Promise<void> {
  const { arena, hosts, runIds } = play;
  const { client } = arena.lab;
  const [runId = ''] = runIds;
  const run = client.workflow.getHandle(runId);
  const tell = (name: string, host = '') =>
    run.signal(name, { reason: 'the seed wants it', by: 'Kim Example', target: host });
  switch (act.do) {
    case 'kill':
      return await killed(arena);
    case 'kill-at': {
      await arena.seat.arm([{ of: '', activity: '', occurrence: act.later, when: act.when }]);
      const held = arena.seat.held().catch(() => undefined);
      await Promise.race([held, over, wait(HELD_WITHIN_MS)]);
      return await killed(arena);
    }
    case 'away':
      await arena.seat.move(act.part, 'away');
      await wait(act.ms);
      return await arena.seat.move(act.part, 'back');
    case 'deed':
      return await ifOpen(doTo(client, act.to === 'run' ? runId : hostTurnId(hosts[act.to]?.name ?? ''), act.deed));
    case 'tell':
      return await ifOpen(tell(act.message, hosts[act.host]?.name));
    case 'pause':
      await ifOpen(tell('pause'));
      await wait(act.ms);
      return await ifOpen(tell('resume'));
    case 'flood':
      await arena.seat.move('control', 'away');
      for (let sent = 0; sent < act.signals; sent += AT_ONCE)
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, i) => ifOpen(tell(i % 2 === 0 ? 'pause' : 'resume', hosts[0]?.name))),
        );
      await arena.seat.move('control', 'back');
      // Of signals that are sent at once nobody knows which is the last.
      return await ifOpen(tell('resume'));
    case 'another-run':
      return await startRun(play);
  }
}

async function killed({ seat }: Arena): Promise<void> {
  await seat.kill();
  await seat.begin();
}

/** What somebody asks of a run or a turn that has ended meanwhile, or has not begun, is refused. */
async function ifOpen(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    if (!/not found|already completed|has not asked|not started/i.test(String(error))) throw error;
  });
}

async function judged({ arena, plan, hosts, runIds }: Play): Promise<string[]> {
  const runs = await Promise.all(runIds.map((runId) => readRun(arena.lab.client, runId)));
  const blind = new Set(plan.faults.flatMap(({ host, order }) => (hides(order) ? [hosts[host]?.name ?? ''] : [])));
  const world = await plantWorld(arena.plant, hosts);
  return judge(runs, world, blind);
}

import type { FaultOrder } from '../../lab/plant/index.ts';
import { seededRandom, type Random } from '../../lab/plant/random.ts';
import type { ControlName } from '../../model/messages.ts';
import type { HostFault } from '../patch-window/runs/turn.ts';
import { DEEDS, type Deed } from './deeds.ts';
import { WHENS, type Part, type When } from './points.ts';

/** Something that happens while a run goes on. Hosts are told by their place in the plan. */
export type Act =
  /** The worker is killed as it stands. */
  | { do: 'kill' }
  /** The worker is killed in the activity that comes so many later. */
  | { do: 'kill-at'; later: number; when: When }
  /** A part of the worker is drained and comes back. */
  | { do: 'away'; part: Part; ms: number }
  | { do: 'deed'; deed: Deed; to: 'run' | number }
  | { do: 'tell'; message: Extract<ControlName, 'abort' | 'skipTarget' | 'retryTarget'>; host: number }
  | { do: 'pause'; ms: number }
  /** That many signals, which come while nobody reads them. */
  | { do: 'flood'; signals: number }
  /** Another run over the same hosts. */
  | { do: 'another-run' };

/** What happens to one run, all of it from the seed. */
export interface SeedPlan {
  seed: number;
  /** Hosts that stand alone; those of redundancy groups come after them. */
  singles: number;
  pairs: number;
  /** Turns at once in each wave. */
  waves: number[];
  soak: boolean;
  budgetPercent: number;
  keep: '0s' | '24h';
  faults: { host: number; order: HostFault }[];
  /** Each in its order, once so many effects were seen on the plant. */
  acts: { atEffect: number; act: Act }[];
}

/** Effects of one turn, about. */
const EFFECTS_OF_TURN = 8;
/** Every tenth seed is a large one. */
const LARGE = 10;

export function planOf(seed: number): SeedPlan {
  const random = seededRandom(seed, 'faults');
  const large = seed % LARGE === 0;
  const singles = random.integer(1, large ? 8 : 2);
  const pairs = random.chance(large ? 1 : 0.3) ? 1 : 0;
  const hosts = singles + 2 * pairs;
  const faulty = Array.from({ length: random.integer(0, large ? 4 : 1) }, () => random.integer(0, hosts - 1));
  const acts = Array.from({ length: random.integer(1, large ? 5 : 2) }, () => ({
    atEffect: random.integer(0, EFFECTS_OF_TURN * hosts),
    act: drawAct(random, hosts),
  }));
  return {
    seed,
    singles,
    pairs,
    waves: Array.from({ length: random.integer(1, 2) }, () => random.integer(2, 4)),
    soak: random.chance(0.3),
    budgetPercent: random.chance(0.7) ? 100 : 30,
    keep: random.chance(0.3) ? '0s' : '24h',
    faults: faulty.map((host) => ({ host, order: drawFault(random) })),
    acts: acts.toSorted((a, b) => a.atEffect - b.atEffect),
  };
}

function drawAct(random: Random, hosts: number): Act {
  const host = random.integer(0, hosts - 1);
  return random.pick<() => Act>([
    () => ({ do: 'kill' }),
    () => ({ do: 'kill-at', later: random.integer(1, 12), when: random.pick(WHENS) }),
    () => ({ do: 'kill-at', later: random.integer(1, 12), when: random.pick(WHENS) }),
    () => ({ do: 'away', part: random.pick(['control', 'sites']), ms: random.integer(200, 2_000) }),
    () => ({ do: 'deed', deed: random.pick(DEEDS), to: random.chance(0.4) ? 'run' : host }),
    () => ({ do: 'deed', deed: random.pick(DEEDS), to: random.chance(0.4) ? 'run' : host }),
    () => ({ do: 'tell', message: random.pick(['abort', 'skipTarget', 'retryTarget', 'retryTarget']), host }),
    () => ({ do: 'pause', ms: random.integer(100, 1_500) }),
    () => ({ do: 'flood', signals: random.integer(50, 400) }),
    () => ({ do: 'another-run' }),
  ])();
}

function drawFault(random: Random): HostFault {
  const times = random.integer(1, 2);
  const fail = { fault: 'fail', hresult: '0x80004005', message: 'It does not work now.', times } as const;
  return random.pick<HostFault>([
    { ...fail, step: 'Get-FettleBootTime' },
    { ...fail, step: 'Start-FettleUpdateTask' },
    { ...fail, step: 'Get-FettleUpdateProgress' },
    {
      fault: 'hang',
      step: random.pick(['Start-FettleUpdateTask', 'Restart-FettleHost', 'Get-FettleService']),
      times: 1,
    },
    { fault: 'off-network', after: random.pick(['Start-FettleUpdateTask', 'Restart-FettleHost']), times: 3 },
    { fault: 'off-network', times: 2 },
    { fault: 'install-fails', hresult: '0x80070643', times },
    { fault: 'service-stays-down', service: 'W32Time', times },
    { fault: 'low-disk', freeMb: 900 },
    { fault: 'slow', factor: 3 },
    { fault: 'update-loop', times },
    { fault: 'reboot-for-ever', times: 1 },
  ]);
}

/** Troubles after which nobody may be able to know how a host is. */
export function hides({ fault }: Pick<FaultOrder, 'fault'>): boolean {
  return ['hang', 'off-network', 'reboot-for-ever', 'slow'].includes(fault);
}

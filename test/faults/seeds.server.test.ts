import { beforeAll, expect, inject, test } from 'vitest';
import { connectTemporal } from '../../lab/temporal/connect.ts';
import { createLog } from '../../workers/log.ts';
import { MORE_NAMESPACES } from '../setup/namespace.ts';
import { playSeed } from './play-seed.ts';

const log = createLog({ level: 'fatal', readable: true });
const WITHIN_MS = 200_000;
/** Others each time; none of the large ones. */
const FIRST = 10 * (Math.floor(Date.now() / 1_000) % 100_000) + 1;
const SEEDS = Array.from({ length: 8 }, (_, index) => FIRST + index);
const findings = new Map<number, string[]>();

beforeAll(async () => {
  const waiting = SEEDS.values();
  const slot = async (namespace: string): Promise<void> => {
    for (const seed of waiting)
      findings.set(seed, await playSeed(seed, () => connectTemporal({ ...inject('temporalServer'), namespace }, log)));
  };
  await Promise.all(MORE_NAMESPACES.map(slot));
}, WITHIN_MS);

for (const seed of SEEDS)
  test(`whatever happens by seed ${seed}, ledger and handover list tell what really happened (alone: npm run soak -- --seed ${seed})`, () => {
    expect(findings.get(seed)).toEqual([]);
  });

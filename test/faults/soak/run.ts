// `npm run soak`: proves over a real server and the simulated plant that what a run says is true under faults, for as long as asked.
import { parseArgs } from 'node:util';
import { connectTemporal } from '../../../lab/temporal/connect.ts';
import { resolveTemporalCli } from '../../../lab/temporal/resolve.ts';
import { startTemporal, type LabTemporal } from '../../../lab/temporal/start.ts';
import { readEnvironment } from '../../../workers/config.ts';
import { createLog } from '../../../workers/log.ts';
import { openArena, type Arena } from '../arena.ts';
import { DEEDS } from '../deeds.ts';
import { playSeed } from '../play-seed.ts';
import { planOf } from '../seed-plan.ts';
import { floodPart } from './flood-part.ts';
import { deedPart, killPart } from './matrix-parts.ts';
import type { Part } from './part.ts';

const USAGE = `npm run soak -- --minutes N [--seed S]
npm run soak -- --seed S

With --minutes: the worker killed before, in and after every step of the patch window and of a small second runbook; cancel, terminate
and reset of runs and turns at each of them; a run that gets 10,000 signals; then runs with random faults, by seed, until the minutes
are over or 200 seeds are done. All but the seeds takes about ten minutes. --seed is the first of the seeds, or else today's.
With --seed alone: only that seed, with its plan.
Exit code 1 on any finding.
`;
/** Seeds that are played at once, each in a namespace. */
const SLOTS = ['seeds-1', 'seeds-2', 'seeds-3'];
/** Each part has its own: what one leaves behind disturbs no other. */
const PARTS = ['killed', ...['turn', 'run'].flatMap((subject) => DEEDS.map((deed) => `${subject}-${deed}`)), 'flood'];
/** Enough for every point of the matrix, each of which takes a host of its own. */
const HOSTS = 600;
const MOST_SEEDS = 200;
const DAY_MS = 86_400_000;

const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
const log = createLog({ level: 'fatal', readable: true });

function connect({ address }: LabTemporal, namespace: string): Promise<LabTemporal> {
  return connectTemporal({ address, namespace, uiUrl: null }, log);
}

/** A part in an arena of its own. What keeps it from its end is a finding too. */
async function inArena(server: LabTemporal, name: string, work: (arena: Arena) => Promise<Part>): Promise<Part> {
  const arena = await openArena({ temporal: await connect(server, name), hosts: HOSTS });
  try {
    const part = await work(arena);
    say(`${name}: ${part.cases} cases, ${part.findings.length} findings`);
    for (const finding of part.findings) say(`  ${finding}`);
    return part;
  } catch (error) {
    say(`${name}: ${String(error)}`);
    return { name, cases: 0, findings: [`It could not be brought to its end: ${String(error)}`] };
  } finally {
    await arena.close();
  }
}

async function matrix(server: LabTemporal): Promise<Part[]> {
  const parts = [await inArena(server, 'killed', killPart)];
  for (const subject of ['turn', 'run'] as const)
    for (const deed of DEEDS)
      parts.push(await inArena(server, `${subject}-${deed}`, (arena) => deedPart(arena, deed, subject)));
  return [...parts, await inArena(server, 'flood', floodPart)];
}

/** Seeds from `first` on, some at once. */
async function seeds(server: LabTemporal, first: number, until: number): Promise<Part> {
  const part: Part = { name: 'random faults', cases: 0, findings: [] };
  let next = first;
  const slot = async (namespace: string): Promise<void> => {
    while (Date.now() < until && next < first + MOST_SEEDS) {
      const seed = next++;
      const findings = await playSeed(seed, () => connect(server, namespace));
      say(`seed ${seed}: ${findings.length === 0 ? 'good' : findings.join('; ')}`);
      part.cases += 1;
      part.findings.push(...findings.map((finding) => `seed ${seed}: ${finding}`));
    }
  };
  await Promise.all(SLOTS.map(slot));
  return part;
}

async function soak(minutes: number, seed: number): Promise<Part[]> {
  const until = Date.now() + minutes * 60_000;
  const cli = await resolveTemporalCli({ places: readEnvironment(), onProgress: say });
  const server = await startTemporal({ cli, ui: false, log, namespaces: [...PARTS, ...SLOTS] });
  const parts = [...(await matrix(server)), await seeds(server, seed, until)];
  await server.close();
  return parts;
}

async function oneSeed(seed: number): Promise<Part[]> {
  say(JSON.stringify(planOf(seed), null, 2));
  const cli = await resolveTemporalCli({ places: readEnvironment(), onProgress: say });
  const server = await startTemporal({ cli, ui: false, log, namespaces: [...PARTS, ...SLOTS] });
  const findings = await playSeed(seed, () => connect(server, SLOTS[0] ?? ''));
  await server.close();
  return [{ name: `seed ${seed}`, cases: 1, findings }];
}

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Date.now() / DAY_MS) * MOST_SEEDS);
const minutes = Number(values.minutes ?? NaN);
if (!Number.isInteger(seed) || (values.seed === undefined && !(minutes >= 0))) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const parts = values.minutes === undefined ? await oneSeed(seed) : await soak(minutes, seed);
  for (const { name, cases, findings } of parts) {
    process.stdout.write(`${name}: ${cases} cases, ${findings.length} findings\n`);
    for (const finding of findings) process.stdout.write(`  ${finding}\n`);
  }
  process.exitCode = parts.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

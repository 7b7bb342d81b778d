// `npm run soak`: proves over a real server and the simulated plant that what a run says is true under faults, for as long as asked.
import { parseArgs } from 'node:util';
import { connectTemporal } from '../../../lab/temporal/connect.ts';
import { resolveTemporalCli } from '../../../lab/temporal/resolve.ts';
import { startTemporal, type LabTemporal } from '../../../lab/temporal/start.ts';
import { readEnvironment } from '../../../workers/config.ts';
import { createLog } from '../../../workers/log.ts';
import { openArena, type Arena } from '../arena.ts';
import { DEEDS } from '../deeds.ts';
import { deedPart, killPart } from './matrix-parts.ts';
import type { Part } from './part.ts';

const USAGE = `npm run soak -- --minutes N

The worker killed before, in and after every step of the patch window and of the fake runbook; cancel, terminate and reset of runs and
turns at each of them. About ten minutes. Exit code 1 on any finding.
`;
const NAMESPACE = 'soak';
/** Enough for every point of the matrix, each of which takes a host of its own. */
const HOSTS = 600;

const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
const log = createLog({ level: 'fatal', readable: true });

/** A part in an arena of its own. What keeps it from its end is a finding too. */
async function inArena(server: LabTemporal, name: string, work: (arena: Arena) => Promise<Part>): Promise<Part> {
  say(`${name} ...`);
  const temporal = await connectTemporal({ address: server.address, namespace: NAMESPACE, uiUrl: null }, log);
  const arena = await openArena({ temporal, hosts: HOSTS });
  try {
    return await work(arena);
  } catch (error) {
    return { name, cases: 0, findings: [`It could not be brought to its end: ${String(error)}`] };
  } finally {
    await arena.close();
  }
}

async function soak(server: LabTemporal): Promise<Part[]> {
  const parts = [await inArena(server, 'worker killed', killPart)];
  for (const subject of ['turn', 'run'] as const)
    for (const deed of DEEDS)
      parts.push(await inArena(server, `${subject}: ${deed}`, (arena) => deedPart(arena, deed, subject)));
  return parts;
}

const { values } = parseArgs({ options: { minutes: { type: 'string' } } });
if (values.minutes === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const cli = await resolveTemporalCli({ places: readEnvironment(), onProgress: say });
  const server = await startTemporal({ cli, ui: false, log, namespaces: [NAMESPACE] });
  const parts = await soak(server);
  await server.close();
  for (const { name, cases, findings } of parts) {
    process.stdout.write(`${name}: ${cases} cases, ${findings.length} findings\n`);
    for (const finding of findings) process.stdout.write(`  ${finding}\n`);
  }
  process.exitCode = parts.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

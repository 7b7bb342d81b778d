import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { resolveTemporalCli } from '../lab/temporal/resolve.ts';
import { startTemporal } from '../lab/temporal/start.ts';
import { readEnvironment } from '../workers/config.ts';
import { createLog } from '../workers/log.ts';
import { workflowBundle } from '../workers/bundle.ts';
import { patchPlan, plannedTarget, waveOf } from '../test/workflows/stage/plan.ts';
import { stageOver, type Run, type Stage } from '../test/workflows/stage/stage.ts';

/** The server takes no more signals of one run. */
const SIGNALS = 10_000;
const HOSTS = 150;
/** Sent at once. */
const AT_ONCE = 100;
const READ_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 50;

/** What a flood of signals costs that came while no control worker ran. */
export interface FloodReport {
  signals: number;
  hosts: number;
  /** From the start of the control worker until the run had read every signal, in milliseconds. */
  readMs: number;
  /** How often the server gave the task out; more than once when it ran into its time limit. */
  attempts: number;
  /** Events of the run that the flood made beside the signals themselves. */
  otherEvents: number;
}

export async function benchFlood(onProgress: (text: string) => void): Promise<FloodReport> {
  const cli = await resolveTemporalCli({ places: readEnvironment(), onProgress });
  const log = createLog({ level: 'fatal', readable: true });
  const server = await startTemporal({ cli, ui: false, log });
  const stage = await stageOver(server, await workflowBundle());
  try {
    return await flood(stage, onProgress);
  } finally {
    await stage.close();
  }
}

/** The report for a person. */
export function floodText({ signals, hosts, readMs, attempts, otherEvents }: FloodReport): string {
  return `${signals} signals to a run of ${hosts} hosts that came while no control worker ran: read ${(readMs / 1_000).toFixed(1)} s after one started, in ${attempts} attempts (aim: 1), with ${otherEvents} events beside them.`;
}

async function flood(stage: Stage, onProgress: (text: string) => void): Promise<FloodReport> {
  const targets = Array.from({ length: HOSTS }, (_, i) => plannedTarget(`host${i}`));
  const gate = stage.directed.gates.close('host0/preflight');
  const run = await stage.start(patchPlan({ targets, waves: [waveOf(targets, { concurrency: 1 })] }));
  await gate.reached;
  let before = 0;
  let began = 0;
  onProgress(`${HOSTS} hosts are planned, one is in work; ${SIGNALS} signals are sent while no control worker runs`);
  await stage.withoutControl(async () => {
    before = (await eventsOf(run)).length;
    for (let sent = 0; sent < SIGNALS; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => sendOne(run, sent + i)));
    began = performance.now();
  });
  onProgress('they are sent; a control worker starts');
  const attempts = await untilRead(run);
  const readMs = Math.round(performance.now() - began);
  const otherEvents = (await eventsOf(run)).length - before - SIGNALS;
  return { signals: SIGNALS, hosts: HOSTS, readMs, attempts, otherEvents };
}

/** Until no workflow task of the run is open; returns the most attempts that one took. */
async function untilRead({ handle }: Run): Promise<number> {
  let attempts = 0;
  for (const deadline = performance.now() + READ_WITHIN_MS; performance.now() < deadline; await wait(LOOK_EVERY_MS)) {
    const { pendingWorkflowTask } = (await handle.describe()).raw;
    if (pendingWorkflowTask == null) return attempts;
    attempts = Math.max(attempts, pendingWorkflowTask.attempt ?? 0);
  }
  throw new Error(`The run did not read the flood within ${READ_WITHIN_MS / 1_000} s; attempts so far: ${attempts}.`);
}

/** Whatever may come: what is accepted, what is refused, and what no run knows. */
async function sendOne({ handle }: Run, i: number): Promise<void> {
  const fields = { reason: `Batch ${i} is still running`, by: 'Kim Example' };
  const signals: [string, unknown][] = [
    ['pause', fields],
    ['resume', fields],
    ['skipTarget', { ...fields, target: 'host0' }],
    ['retryTarget', { ...fields, target: 'nowhere' }],
    ['pause', 'no object'],
  ];
  const [name, payload] = signals[i % signals.length] ?? ['pause', fields];
  await handle.signal(name, payload);
}

async function eventsOf({ handle }: Run) {
  return (await handle.fetchHistory()).events ?? [];
}

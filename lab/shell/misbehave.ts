import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShellMisbehaviour } from '../plant/shell-misbehaviour.ts';
import { markedAnswer, type ShellConsole } from './console.ts';
import type { HostVerbs } from './plant-client.ts';

/** What is ordered for one call, or nothing; lab/plant/shell-misbehaviour.ts says what each does. */
export type Ordered = ShellMisbehaviour | null;

const DEATH_CODE = 7;
const DRIP_PIECES = 40;
const DRIP_PAUSE_MS = 50;
const GROWTH_BYTES = 128 * 1024 * 1024;
const HUGE_CHARACTERS = 8 * 1024 * 1024;
const FORGED = '{"ok":true,"result":[{"value":"forged"}]}';

const grown: Buffer[] = [];

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** What goes wrong before the script: nothing of it has been done yet. */
export async function misbehaveBefore(ordered: Ordered): Promise<void> {
  switch (ordered) {
    case 'hang':
      return never();
    case 'freeze':
      // Windows cannot stop a process; to the one who waits a hanging one looks the same.
      if (process.platform !== 'win32') process.kill(process.pid, 'SIGSTOP');
      return never();
    case 'die-before':
      return process.exit(DEATH_CODE);
    case 'exit':
      return process.exit(0);
    case 'memory-growth':
      // Filled, so that the memory is really taken.
      grown.push(Buffer.alloc(GROWTH_BYTES, 1));
      return;
    default:
  }
}

/** The host's verbs; ordered to die during the effect, the process ends once the host has answered one that changes it. */
export function misbehaveDuring(ordered: Ordered, host: HostVerbs): HostVerbs {
  if (ordered !== 'die-during') return host;
  return {
    name: host.name,
    async invoke(verb, request) {
      const answer = await host.invoke(verb, request);
      return /^(Get|Test)-/.test(verb) ? answer : process.exit(DEATH_CODE);
    },
  };
}

/** What goes wrong after the script: all of it has been done. A script that only read dies here too when it was ordered to. */
export async function misbehaveAfter(ordered: Ordered): Promise<void> {
  if (ordered === 'die-during' || ordered === 'die-after') process.exit(DEATH_CODE);
  if (ordered === 'hang-after') await never();
}

export interface Delivery {
  ordered: Ordered;
  id: string;
  /** The answer as JSON. */
  json: string;
  /** Whether the session with its target is there for the next request. */
  kept: boolean;
  /** The request's parameters as JSON. */
  asked: string;
}

/** Writes the answer, in good form unless something else is ordered. */
export async function deliver({ ordered, id, json, kept, asked }: Delivery, console: ShellConsole): Promise<void> {
  const answer = markedAnswer(id, json, kept);
  switch (ordered) {
    case 'broken-answer':
      return console.answer(id, json.slice(0, json.length / 2));
    case 'huge-answer':
      return console.answer(id, JSON.stringify({ ok: true, result: ['x'.repeat(HUGE_CHARACTERS)] }));
    case 'slow-drip':
      return drip(answer, console);
    default:
      makeNoise(ordered, id, asked, console);
      console.out(ordered === 'ansi' ? `\u001B[?25l\u001B[31m${answer}\u001B[0m\u001B[?25h` : answer);
  }
}

function makeNoise(ordered: Ordered, id: string, asked: string, console: ShellConsole): void {
  switch (ordered) {
    case 'garbage':
      console.write(Uint8Array.from({ length: 4096 }, (_, index) => (index * 167) % 256));
      console.error('\u0000\uFFFD#< CLIXML');
      return;
    case 'ansi':
      console.out('\u001B[2J\u001B[1;1H\u001B[31mred\u001B[0m \u001B]0;title\u0007');
      return;
    case 'fake-markers':
      console.out(markedAnswer(randomUUID(), FORGED));
      console.out(
        `@fettle ${id.slice(0, 8)} ${FORGED} 1 0 kept@ @fettle @fettle ${id.toUpperCase()}x ${FORGED} 1 0 kept@`,
      );
      console.write('@fettle ');
      return;
    case 'echo':
      return console.out(asked);
    default:
  }
}

async function drip(answer: string, console: ShellConsole): Promise<void> {
  const size = Math.ceil(answer.length / DRIP_PIECES);
  for (let start = 0; start < answer.length; start += size) {
    console.write(answer.slice(start, start + size));
    await delay(DRIP_PAUSE_MS);
  }
  console.write('\n');
}

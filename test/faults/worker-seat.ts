import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../../workers/config.ts';
import type { Effect } from '../engine/fixture/runbook.ts';
import type { FromWorker, Part, Point, ToWorker, WorkerSetup } from './points.ts';

const PROGRAM = fileURLToPath(new URL('fixture/worker.ts', import.meta.url));
const WITHIN_MS = 60_000;

interface Waiter {
  for: (message: FromWorker) => boolean;
  settle: (error?: Error) => void;
}

/** A worker's process, in a process group of its own. */
class WorkerProcess {
  readonly held = new Set<number>();
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly waiters = new Set<Waiter>();
  private readonly loaded: Promise<void>;
  private words = '';

  constructor(done: (effect: Effect) => void) {
    this.child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
      env: readEnvironment().variables,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    this.child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.words = (this.words + text).slice(-4_000)));
    this.child.on('message', (message: FromWorker) => {
      if (message.say === 'held') this.held.add(message.point);
      if (message.say === 'do') {
        done(message.effect);
        this.tell({ say: 'done', effect: message.effect.key });
      }
      for (const waiter of this.waiters) if (waiter.for(message)) waiter.settle();
    });
    this.ended = once(this.child, 'close');
    this.child.once('close', () => {
      for (const waiter of this.waiters) waiter.settle(new Error(`The worker has ended: ${this.words}`));
    });
    this.loaded = this.until(({ say }) => say === 'loaded', 'loaded everything');
    // Whoever needs it learns of its end.
    this.loaded.catch(() => undefined);
  }

  async begin(setup: WorkerSetup): Promise<void> {
    await this.loaded;
    await this.asked({ say: 'begin', setup }, 'works');
  }

  async arm(points: readonly Point[]): Promise<void> {
    this.held.clear();
    await this.asked({ say: 'arm', points: [...points] }, 'armed');
  }

  /** Tells it something and waits for this answer. */
  async asked(message: ToWorker, answer: FromWorker['say']): Promise<void> {
    const told = this.until(({ say }) => say === answer, `${message.say}: ${answer}`);
    this.tell(message);
    await told;
  }

  tell(message: ToWorker): void {
    if (this.child.connected) this.child.send(message);
  }

  async until(holds: Waiter['for'], what: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => settle(new Error(`The worker has not ${what} in time. ${this.words}`)), WITHIN_MS);
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        if (error === undefined) resolve();
        else reject(error);
      };
      const waiter: Waiter = { for: holds, settle };
      this.waiters.add(waiter);
    });
  }

  /** Kills the process and its group, without a chance to say or store anything, and waits until it is gone. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    await this.ended;
  }
}

/** Where a worker's process works. One that is killed is followed at once by a spare one, which has loaded everything already. */
export class WorkerSeat {
  private readonly setup: WorkerSetup;
  private readonly done: (effect: Effect) => void;
  private current: WorkerProcess;
  private spare: WorkerProcess | null = null;
  private points: readonly Point[] = [];

  /** `done`: takes what the steps of the fake runbook did. */
  constructor(setup: WorkerSetup, done: (effect: Effect) => void) {
    this.setup = setup;
    this.done = done;
    this.current = new WorkerProcess(done);
  }

  /** Begins work. */
  async begin(): Promise<void> {
    await this.current.begin(this.setup);
  }

  /** Activities are held at these points from now on, once each, by the worker that is there now. */
  async arm(points: readonly Point[]): Promise<void> {
    this.points = points;
    await this.current.arm(points);
  }

  /** Loads a process that takes over when this one is killed. */
  keepSpare(): void {
    this.spare ??= new WorkerProcess(this.done);
  }

  /** Kills the worker. Nobody works until `begin` is called again. */
  async kill(): Promise<void> {
    await this.current.kill();
    this.current = this.spare ?? new WorkerProcess(this.done);
    this.spare = null;
  }

  /** Until every point is reached, or only this one. */
  async held(...points: number[]): Promise<void> {
    const wanted = points.length > 0 ? points : this.points.map((_, index) => index);
    const missing = (): Point[] =>
      wanted.flatMap((index) => (this.current.held.has(index) ? [] : (this.points[index] ?? [])));
    if (missing().length === 0) return;
    await this.current
      .until(() => missing().length === 0, 'reached every point')
      .catch((error: unknown) => {
        throw new Error(`Not reached: ${JSON.stringify(missing())}`, { cause: error });
      });
  }

  /** Lets what is held go on. */
  release(...points: number[]): void {
    for (const point of points.length > 0 ? points : this.points.keys()) this.current.tell({ say: 'release', point });
  }

  /** Drains one part of the worker, as somebody would who stops its service, or starts it again. */
  async move(part: Part, way: 'away' | 'back'): Promise<void> {
    await this.current.asked({ say: way, part }, 'moved');
  }

  async close(): Promise<void> {
    await Promise.all([this.current.kill(), this.spare?.kill()]);
  }
}

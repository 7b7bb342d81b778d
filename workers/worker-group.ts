import { GracefulShutdownPeriodExpiredError } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import type { Log } from './log.ts';

/** Workers that run together: when one fails, the others are shut down. */
export class WorkerGroup {
  readonly runs: Promise<void>[] = [];
  private readonly workers: Worker[] = [];
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  get queues(): string[] {
    return this.workers.map((worker) => worker.options.taskQueue);
  }

  add(worker: Worker): void {
    this.workers.push(worker);
    this.runs.push(this.run(worker));
  }

  shutDown(): void {
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.runs);
    await Promise.all(this.runs);
  }

  private async run(worker: Worker): Promise<void> {
    try {
      await worker.run();
    } catch (error) {
      if (error instanceof GracefulShutdownPeriodExpiredError) {
        this.log.warn({ queue: worker.options.taskQueue }, 'The worker ended although activities still ran.');
        return;
      }
      this.shutDown();
      throw error;
    }
  }
}

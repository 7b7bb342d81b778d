import { IllegalStateError } from '@temporalio/common';
import { GracefulShutdownPeriodExpiredError } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import type { Log } from './log.ts';

/** Workers that run together: when one fails, the others are shut down. */
export class WorkerGroup {
  readonly runs: Promise<void>[] = [];
  private readonly workers: Worker[] = [];
  private isEnding = false;
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
    this.isEnding = true;
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
      // The SDK's own race at the end of a drain: something still holds the worker for a moment, which is over all the same.
      if (error instanceof IllegalStateError && this.isEnding) {
        this.log.warn({ queue: worker.options.taskQueue, reason: error.message }, 'The worker ended untidily.');
        return;
      }
      this.shutDown();
      throw error;
    }
  }
}

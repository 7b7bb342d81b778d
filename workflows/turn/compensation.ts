import { CancellationScope, log } from '@temporalio/workflow';

/** What has to be undone when a procedure ends early. Registered before its step, run newest first, never cancelled. */
export class Compensations {
  private readonly undo: { what: string; run: () => Promise<void> }[] = [];

  add(what: string, run: () => Promise<void>): void {
    this.undo.unshift({ what, run });
  }

  /** Runs all of them, newest first; one that fails does not stop the others. Returns what could not be undone. */
  async run(): Promise<string[]> {
    const failed: string[] = [];
    await CancellationScope.nonCancellable(async () => {
      for (const { what, run } of this.undo.splice(0)) {
        try {
          await run();
        } catch (error) {
          log.warn('compensation failed', { what, error });
          failed.push(what);
        }
      }
    });
    return failed;
  }
}

import type { Context } from '@temporalio/activity';

/** Places at which an activity waits until the test lets it go on: no sleeping, no guessing. */
export class Gates {
  private readonly closed = new Map<string, { reached: () => void; open: Promise<void> }>();

  /** Closes a gate; the answer tells when an activity has reached it, and opens it. */
  close(name: string): { reached: Promise<void>; open: () => void } {
    let reach = (): void => undefined;
    let open = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.closed.set(name, { reached: reach, open: opened });
    return {
      reached,
      open: () => {
        this.closed.delete(name);
        open();
      },
    };
  }

  async pass(name: string, context: Context): Promise<void> {
    const gate = this.closed.get(name);
    if (gate === undefined) return;
    gate.reached();
    const beat = setInterval(() => context.heartbeat(), 500);
    try {
      await Promise.race([gate.open, context.cancelled]);
    } finally {
      clearInterval(beat);
    }
  }
}

import { Context } from '@temporalio/activity';
import { isSilence } from './call.ts';

interface Patience {
  /** Between two tries, in milliseconds. */
  pollMs: number;
  /** Milliseconds of silence after which the last failure is thrown. */
  patienceMs: number;
  /** Failures to wait through; silence of the host unless told otherwise. */
  bears?: (error: unknown) => boolean;
  /** Told at each failure that is waited through. */
  onSilence?: (error: unknown) => void;
}

/** Calls again until the host answers: a host that patches or reboots is away for a while. Reacts to cancellation. */
export async function untilAnswered<T>(call: () => Promise<T>, patience: Patience): Promise<T> {
  const bears = patience.bears ?? isSilence;
  const deadline = Date.now() + patience.patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!bears(error) || Date.now() + patience.pollMs > deadline) throw error;
      patience.onSilence?.(error);
    }
    await Context.current().sleep(patience.pollMs);
  }
}

import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

/**
 * Hands each signal straight to its handler, in the order of their coming, those too that came before there were handlers.
 *
 * The SDK makes some ten promises for each signal, and its worker keeps the stack of each promise: about a millisecond a signal.
 * Of thousands that came while no worker ran, all in one workflow task, that is longer than the task, and the five seconds that the
 * SDK lets workflow code run, may last: the task begins anew for ever, and takes the worker with it. It also fails the task for a
 * name that begins with `__temporal_` where a default handler is set.
 *
 * So handlers of signals are synchronous, and never throw. One that is set later gets only what comes later.
 *
 * @param register sets the handlers.
 * @param unknown is told the name of a signal that has no handler.
 */
export function takeSignals(register: () => void, unknown: (name: string) => void): void {
  const activator = getActivator();
  const early = activator.bufferedSignals.splice(0);
  activator.signalWorkflow = ({ signalName, input }) => {
    const name = signalName ?? '';
    const handler = activator.signalHandlers.get(name)?.handler;
    if (handler === undefined) return unknown(name);
    const [payload] = input ?? [];
    void handler(payload && activator.payloadConverter.fromPayload(payload));
  };
  register();
  for (const signal of early) activator.signalWorkflow(signal);
}

/** Ctrl-C and a request to end, as promises. */
export interface Interrupt {
  first: Promise<void>;
  second: Promise<void>;
  /** Gives the signals back to whoever had them. */
  stop(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens for SIGINT and SIGTERM until `stop()`; while it does, they do not end the process by themselves. */
export function onInterrupt(): Interrupt {
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const [first, second] = [next(), next()];
  const listener = () => waiting.shift()?.();
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    first,
    second,
    stop() {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}

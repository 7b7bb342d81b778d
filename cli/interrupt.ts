/** The first and second request to end, as promises. */
export interface Interrupt {
  first: Promise<void>;
  second: Promise<void>;
  /** Gives the signals back to whoever had them. */
  stop(): void;
}

/**
 * What asks a process to end: Ctrl-C and SIGTERM. Windows has no SIGTERM; Ctrl+Break and the closing of the console window
 * (after which it ends the process within about ten seconds) come as SIGBREAK and SIGHUP. Elsewhere SIGHUP stays as it is:
 * `nohup` means that it is ignored.
 */
export function endingSignals(platform: NodeJS.Platform): NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}

/** Listens for what asks the process to end, until `stop()`; while it does, that does not end the process by itself. */
export function onInterrupt(platform: NodeJS.Platform = process.platform): Interrupt {
  const signals = endingSignals(platform);
  const waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const [first, second] = [next(), next()];
  const listener = () => waiting.shift()?.();
  for (const signal of signals) process.on(signal, listener);
  return {
    first,
    second,
    stop() {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}

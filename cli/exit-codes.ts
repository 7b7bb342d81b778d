/** What the shell sees. The numbers are a promise: never renumber them. */
export const EXIT = {
  /** Done; for a run that has ended, every target succeeded. */
  done: 0,
  /** An error of Fettle itself. */
  internal: 1,
  /** Bad input or configuration; every finding was printed. */
  badInput: 2,
  /** The run ended, but not every target succeeded. */
  notAllSucceeded: 3,
  /** No server or no worker; the message says which. */
  unreachable: 4,
  /** Refused: by a guard, by the run, by its state. */
  refused: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

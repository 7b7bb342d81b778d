import type { Writable } from 'node:stream';

/** What a real terminal's PowerShell writes before every output, also into a pipe. */
const CURSOR_KEYS = '\u001B[?1h\u001B[?1l';

export interface ShellConsole {
  /** `[Console]::Out.WriteLine`. */
  out(text: string): void;
  /** `[Console]::Error.WriteLine`. */
  error(text: string): void;
  /** To stdout as it is, without a line's end. */
  write(bytes: string | Uint8Array): void;
}

/** The two output streams, with the control sequences of `TERM` unless it is `dumb`. */
export function createConsole(stdout: Writable, stderr: Writable, term: string): ShellConsole {
  const prefix = term === 'dumb' || term === '' ? '' : CURSOR_KEYS;
  return {
    out: (text) => {
      stdout.write(`${prefix}${text}\n`);
    },
    error: (text) => {
      stderr.write(`${prefix}${text}\n`);
    },
    write: (bytes) => {
      stdout.write(bytes);
    },
  };
}

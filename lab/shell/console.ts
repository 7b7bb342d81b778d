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
  /** The marked answer to a request; `kept` says whether the session with its target is there for the next one. */
  answer(id: string, text: string, kept?: boolean): void;
}

/** As activities/powershell/answer-mark.ts has it. */
export function markedAnswer(id: string, text: string, kept = true): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return `@fettle ${id} ${encoded} ${process.memoryUsage.rss()} 0 ${kept ? 'kept' : 'closed'}@`;
}

/** The two output streams, with the control sequences of `TERM` unless it is `dumb`. */
export function createConsole(stdout: Writable, stderr: Writable, term: string): ShellConsole {
  const prefix = term === 'dumb' || term === '' ? '' : CURSOR_KEYS;
  const out = (text: string): void => {
    stdout.write(`${prefix}${text}\n`);
  };
  return {
    out,
    answer: (id, text, kept) => {
      out(markedAnswer(id, text, kept));
    },
    error: (text) => {
      stderr.write(`${prefix}${text}\n`);
    },
    write: (bytes) => {
      stdout.write(bytes);
    },
  };
}

import pc from 'picocolors';
import type { Colours, Look } from './render/look.ts';
import { localZone } from './render/time.ts';

/** Where a command reads and writes. Tests pass their own streams. */
export interface Streams {
  stdin: AsyncIterable<Buffer | string>;
  stdout: OutputStream;
  stderr: OutputStream;
}

export interface OutputStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/**
 * The one way in which commands speak. Under `--json` standard output carries exactly one document,
 * and everything that a person would read goes to standard error.
 */
export class Terminal implements Look {
  readonly json: boolean;
  readonly streams: Streams;
  /** Off under NO_COLOR and wherever the text does not go to a terminal. */
  readonly colours: Colours;
  readonly zone: string = localZone();
  private readonly text: OutputStream;

  constructor(streams: Streams, json: boolean) {
    this.streams = streams;
    this.json = json;
    this.text = json ? streams.stderr : streams.stdout;
    this.colours = pc.createColors(this.text.isTTY === true && pc.isColorSupported);
  }

  /** Whether lines can be drawn over: a terminal, and nobody reads the output as a document. */
  get live(): boolean {
    return !this.json && this.streams.stdout.isTTY === true;
  }

  /** Rows of the terminal, or 0 where there is none. */
  get rows(): number {
    return this.streams.stdout.rows ?? 0;
  }

  /** Width in columns; null where the output is no terminal, so that nothing is wrapped that a program might search. */
  get columns(): number | null {
    return this.text.isTTY === true ? (this.text.columns ?? null) : null;
  }

  /** The result for a person; under `--json` the document says it instead. */
  say(text: string): void {
    if (!this.json) this.streams.stdout.write(`${text}\n`);
  }

  /** Progress: beside the result, so it moves to standard error under `--json`. */
  progress(text: string): void {
    this.text.write(`${text}\n`);
  }

  /** A warning: always on standard error. */
  warn(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }

  /** The one document of `--json`, on one line. */
  document(value: unknown): void {
    if (this.json) this.streams.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

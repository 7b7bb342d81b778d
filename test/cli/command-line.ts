import { main } from '../../cli/main.ts';
import type { TemporalPlace } from '../../lab/temporal/connect.ts';
import type { RegisteredRunbook } from '../../runbooks/define-runbook.ts';
import { capture } from './fixtures.ts';

/** What a command said, and its exit code. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

/** Runs commands in this process against a server, as an operator would. */
export class CommandLine {
  private readonly place: string[];
  private readonly runbooks: readonly RegisteredRunbook[] | undefined;

  constructor({ address, namespace, uiUrl }: TemporalPlace, runbooks?: readonly RegisteredRunbook[]) {
    this.place = ['--address', address, '--namespace', namespace, '--ui', uiUrl ?? ''];
    this.runbooks = runbooks;
  }

  /** `stdin` is written as JSON where it is no text. */
  async fettle(argv: string[], stdin: unknown = ''): Promise<Said> {
    const streams = capture(typeof stdin === 'string' ? stdin : JSON.stringify(stdin));
    const code = await main([...argv, ...this.place], streams, this.runbooks);
    return { code, out: streams.out(), err: streams.err() };
  }

  /** The document that a command prints with `--json`. */
  async json<T>(argv: string[], stdin?: unknown): Promise<T> {
    return JSON.parse((await this.fettle([...argv, '--json'], stdin)).out) as T;
  }
}

/**
 * How the dispatcher marks what it says, anywhere in stdout (dispatcher.ps1 has the same):
 * `@fettle <id> <base64> <bytes of memory> <bytes of memory on the target> <kept|closed>@` is the answer to the request with that id,
 * and its end; `@fettle-runs <id>@` comes before it as soon as the target is connected to, right before the script runs there.
 */
const head = (id: string): string => `@fettle ${id} `;

/** What the dispatcher says beside an answer. */
export interface Told {
  /** What PowerShell's own process takes, as it says itself. */
  memoryBytes: number;
  /** What the session on the target takes; 0 where the script ran in that process itself. */
  targetBytes: number;
  /** The session with the target is there for the next call. */
  kept: boolean;
}

export interface MarkedAnswer extends Told {
  /** Text in UTF-8. */
  said: Buffer;
}

/** What follows the head of a whole answer, and of one that was cut off. */
const BODY = /^([A-Za-z0-9+/=]*) (\d+) (\d+) (kept|closed)@/;
const CUT_OFF = /^[A-Za-z0-9+/= ]*$/;

/** The answers to a request in all that its shell said, in order, and what stands beside them. */
export function markedAnswers(id: string, stdout: string): { answers: MarkedAnswer[]; cutOff: boolean; rest: string } {
  const answers: MarkedAnswer[] = [];
  const [before = '', ...marked] = stdout.split(head(id));
  let rest = before;
  let cutOff = false;
  for (const [index, text] of marked.entries()) {
    const [whole, encoded = '', memory, onTarget, held] = BODY.exec(text) ?? [];
    if (whole !== undefined) {
      const said = Buffer.from(encoded, 'base64');
      answers.push({ said, memoryBytes: Number(memory), targetBytes: Number(onTarget), kept: held === 'kept' });
      rest += text.slice(whole.length);
    } else if (index === marked.length - 1 && CUT_OFF.test(text)) {
      // None of an answer that was cut off belongs in a log.
      cutOff = true;
    } else {
      rest += head(id) + text;
    }
  }
  return { answers, cutOff, rest: rest.replaceAll(runsMark(id), '') };
}

export function runsMark(id: string): string {
  return `@fettle-runs ${id}@`;
}

/** Finds the end of a request's answer in a stream of any pieces. Looks at each character once. */
export class AnswerEnd {
  readonly #head: string;
  /** What of the stream may still be the beginning of the head. */
  #tail = '';
  #inside = false;

  constructor(id: string) {
    this.#head = head(id);
  }

  /** Whether the answer has ended within this piece. */
  isIn(piece: string): boolean {
    let from = 0;
    if (!this.#inside) {
      const text = this.#tail + piece;
      const start = text.indexOf(this.#head);
      this.#inside = start >= 0;
      this.#tail = text.slice(-this.#head.length + 1);
      if (!this.#inside) return false;
      from = Math.max(0, start + this.#head.length - (text.length - piece.length));
    }
    return piece.includes('@', from);
  }
}

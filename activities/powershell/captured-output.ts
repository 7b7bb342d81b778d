import type { Readable } from 'node:stream';

/** Characters of one stream in one call: no more is kept. An answer of 1 MiB and as much side output fit. */
const OUTPUT_LIMIT = 3 * 1024 * 1024;

/** What one stream said since the line was sent. Tells when the answer has ended, or that there is too much to keep. */
export class CapturedOutput {
  #text = '';
  #head: string | null = null;

  /** The stream must have a text encoding. */
  constructor(stream: Readable, heard: (end: 'answered' | 'flooded') => void) {
    stream.on('data', (piece: string) => {
      if (this.#text.length > OUTPUT_LIMIT) return;
      this.#text += piece;
      if (this.#text.length > OUTPUT_LIMIT) heard('flooded');
      // The whole is looked through only when an answer may end here: with each piece, a long one would take its time.
      else if (piece.includes('@') && this.#hasAnswer()) heard('answered');
    });
  }

  begin(head: string | null): void {
    this.#text = '';
    this.#head = head;
  }

  text(): string {
    return this.#text;
  }

  #hasAnswer(): boolean {
    const start = this.#head === null ? -1 : this.#text.indexOf(this.#head);
    return start >= 0 && this.#text.includes('@', start + 1);
  }
}

import type { Readable } from 'node:stream';

/** Characters of one stream in one call: what comes beyond is cut off. An answer of 1 MiB and as much side output fit. */
const OUTPUT_LIMIT = 3 * 1024 * 1024;

/** What one stream said since the line was sent. Tells once when the answer has ended, or that there is too much to keep. */
export class CapturedOutput {
  #chunks: string[] = [];
  #length = 0;
  #head: string | null = null;
  /** What of the stream may still be the beginning of the head. */
  #tail = '';

  /** The stream must have a text encoding. */
  constructor(stream: Readable, heard: (end: 'answered' | 'flooded') => void) {
    stream.on('data', (piece: string) => {
      if (this.#length > OUTPUT_LIMIT) return;
      this.#length += piece.length;
      if (this.#length > OUTPUT_LIMIT) return heard('flooded');
      this.#chunks.push(piece);
      if (this.#endsIn(piece)) heard('answered');
    });
  }

  begin(head: string | null): void {
    this.#chunks = [];
    this.#length = 0;
    this.#tail = '';
    this.#head = head;
  }

  text(): string {
    return this.#chunks.join('');
  }

  /** Whether the answer that begins with the head ends in this piece. Looks at each character once or twice. */
  #endsIn(piece: string): boolean {
    if (this.#head === null) return false;
    const text = this.#tail + piece;
    const start = text.indexOf(this.#head);
    if (start < 0) {
      this.#tail = text.slice(1 - this.#head.length);
      return false;
    }
    const ended = text.includes('@', start + this.#head.length);
    // From here on only the answer's last character is waited for.
    this.#head = this.#tail = '';
    return ended;
  }
}

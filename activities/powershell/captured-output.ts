import type { Readable } from 'node:stream';

/** What one stream of the shell said since the last call began. Stops keeping, and says so once, above its limit. */
export class CapturedOutput {
  readonly #limit: number;
  readonly #onOverflow: () => void;
  #chunks: string[] = [];
  #length = 0;

  /** `limit` counts characters. The stream must have a text encoding. */
  constructor(stream: Readable, limit: number, onOverflow: () => void) {
    this.#limit = limit;
    this.#onOverflow = onOverflow;
    stream.on('data', (chunk: string) => {
      this.#keep(chunk);
    });
  }

  #keep(chunk: string): void {
    if (this.#length > this.#limit) return;
    this.#length += chunk.length;
    if (this.#length > this.#limit) this.#onOverflow();
    else this.#chunks.push(chunk);
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  text(): string {
    return this.#chunks.join('');
  }
}

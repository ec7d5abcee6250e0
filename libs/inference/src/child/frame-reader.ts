import { prefixBytes, readPrefix } from '../../bin/tensor-frames.mjs';

/** A frame that has arrived; the body lies at the start of memory of its own. */
export interface Frame {
  readonly kind: number;
  /** Time of the run that is answered. */
  readonly milliseconds: number;
  readonly body: Uint8Array;
}

/** Puts frames together from the pieces that a pipe gives. */
export class FrameReader {
  readonly #take: (frame: Frame) => void;
  readonly #prefix = new Uint8Array(prefixBytes);
  #head: Omit<Frame, 'body'> | null = null;
  #target: Uint8Array = this.#prefix;
  #filled = 0;

  constructor(take: (frame: Frame) => void) {
    this.#take = take;
  }

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.byteLength || this.#isFull(); ) {
      const part = piece.subarray(at, at + this.#target.byteLength - this.#filled);
      this.#target.set(part, this.#filled);
      this.#filled += part.byteLength;
      at += part.byteLength;
      if (this.#isFull()) this.#next();
    }
  }

  #isFull(): boolean {
    return this.#filled === this.#target.byteLength;
  }

  #next(): void {
    const [head, target] = [this.#head, this.#target];
    this.#filled = 0;
    if (head === null) {
      const { kind, milliseconds, bytes } = readPrefix(target);
      this.#head = { kind, milliseconds };
      this.#target = new Uint8Array(new ArrayBuffer(bytes));
    } else {
      this.#head = null;
      this.#target = this.#prefix;
      this.#take({ ...head, body: target });
    }
  }
}

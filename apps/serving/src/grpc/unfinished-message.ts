/**
 * Follows the messages of a gRPC stream (a byte of flags, four of length, the message) by their lengths only, so that it
 * is known how much of a message has come that is not whole yet.
 */
export class UnfinishedMessage {
  /** Bytes of the message that is not whole; 0 between two messages. */
  held = 0;
  #headerBytes = 0;
  #length = 0;
  /** Bytes that the message still lacks, once its length is known. */
  #left = 0;

  /** Takes what came. True when a message became whole with it. */
  take(chunk: Buffer): boolean {
    let ended = false;
    for (let at = 0; at < chunk.length; ) {
      at = this.#left > 0 ? this.#takeContent(chunk, at) : this.#takeHeader(chunk, at);
      if (this.#headerBytes !== headerLength || this.#left > 0) continue;
      ended = true;
      this.held = 0;
      this.#headerBytes = 0;
      this.#length = 0;
    }
    return ended;
  }

  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#headerBytes > 0) this.#length = this.#length * 256 + (chunk[at] as number);
    this.#headerBytes += 1;
    this.held += 1;
    if (this.#headerBytes === headerLength) this.#left = this.#length;
    return at + 1;
  }

  #takeContent(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    this.#left -= taken;
    this.held += taken;
    return at + taken;
  }
}

const headerLength = 5;

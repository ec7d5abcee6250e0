const firstBytes = 64 * 1024;
/** Texts up to this length are copied character by character, which beats a call into the runtime. */
const shortText = 40;

/** A little-endian buffer that grows and is used again. */
export class ByteWriter {
  bytes = Buffer.allocUnsafeSlow(firstBytes);
  view = new DataView(this.bytes.buffer);
  at = 0;
  #size = firstBytes;

  /** Makes room for `count` more bytes. */
  reserve(count: number): this {
    const needed = this.at + count;
    if (needed > this.#size) this.#grow(needed);
    return this;
  }

  /** Moves on by `count` reserved bytes; gives the place of the first. */
  skip(count: number): number {
    const start = this.at;
    this.at = start + count;
    return start;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.#size = grown.length;
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.at] = value;
    this.at += 1;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Bytes of a typed array as they lie in memory: little-endian on every machine that Node.js is built for here. */
  raw(data: ArrayBufferView): void {
    this.reserve(data.byteLength);
    this.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), this.at);
    this.at += data.byteLength;
  }

  /** Length in bytes, then UTF-8. */
  text(text: string): void {
    this.reserve(4 + text.length * 3);
    const start = this.at + 4;
    const length = text.length <= shortText ? this.#ascii(text, start) : -1;
    const written = length >= 0 ? length : this.bytes.write(text, start, 'utf8');
    this.view.setUint32(this.at, written, true);
    this.at = start + written;
  }

  /** Gives the length, or −1 when a character is not ASCII. */
  #ascii(text: string, start: number): number {
    const { bytes } = this;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return -1;
      bytes[start + index] = code;
    }
    return text.length;
  }
}

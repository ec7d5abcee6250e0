/** Reads what a `ByteWriter` wrote. Throws a `RangeError` beyond the end. */
export class ByteReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** Moves on by `count` bytes; gives the place of the first. */
  skip(count: number): number {
    const start = this.at;
    this.at = start + count;
    return start;
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  text(): string {
    const length = this.u32();
    const start = this.skip(length);
    if (this.at > this.bytes.length) throw new RangeError('a text is longer than its block');
    return this.bytes.toString('utf8', start, this.at);
  }
}

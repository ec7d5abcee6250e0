import { isSpace, type JsonCursor } from './json-cursor.js';

const comma = 0x2c;
const open = 0x5b;
const close = 0x5d;
const minus = 0x2d;
const deepest = 32;

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Where numbers go, and what happens to what is no plain number. */
export interface NumberSink {
  readonly data: { [index: number]: number; readonly length: number };
  /** Takes a token that is no plain number (null, a literal, a text) or fails. */
  other(cursor: JsonCursor, index: number): void;
  /** `data` rounds to floats of 32 bits. */
  readonly narrow: boolean;
  /** Called for each number; fails for one that the type does not hold. `null` takes all finite ones. */
  readonly check: ((value: number, index: number) => void) | null;
}

/** More than the relative error of a product or quotient whose mantissa was summed up in doubles from up to 61 digits. */
const doubt = 2 ** -46;

/** Do all numbers that `value` may stand for round to the same float of 32 bits, a finite one? */
function isClear(value: number): boolean {
  const rounded = Math.fround(value * (1 + doubt));
  return rounded === Math.fround(value * (1 - doubt)) && rounded !== Number.POSITIVE_INFINITY;
}

/**
 * Reads a list of numbers, nested in any way, row-major into `sink.data`; gives how many there were, which is at most one
 * more than fit. A number whose digits make a whole number below 2^53 and that has up to 22 decimals is one quotient of
 * two exact doubles (Clinger 1990, "How to read floating point numbers accurately"). With more digits the double is off by
 * a few units of its last place, which a float of 32 bits does not see unless it lies near the middle between two. Others
 * go to the runtime's own conversion.
 */
export function readNumbers(cursor: JsonCursor, sink: NumberSink): number {
  return new NumberReader(cursor, sink).read();
}

class NumberReader {
  readonly #cursor: JsonCursor;
  readonly #bytes: Uint8Array;
  readonly #sink: NumberSink;
  #at: number;
  #depth = 0;
  #count = 0;

  constructor(cursor: JsonCursor, sink: NumberSink) {
    this.#cursor = cursor;
    this.#bytes = cursor.bytes;
    this.#sink = sink;
    this.#at = cursor.at;
  }

  read(): number {
    let wantsValue = true;
    for (;;) {
      const byte = this.#next();
      if (wantsValue && byte === open) wantsValue = this.#enter();
      else if (!wantsValue && byte === close && this.#depth > 0) {
        if (this.#leave()) return this.#count;
      } else if (!wantsValue && byte === comma) {
        wantsValue = true;
        this.#at += 1;
      } else if (wantsValue && this.#depth > 0) {
        if (this.#count >= this.#sink.data.length) return this.#count + 1;
        this.#number(byte);
        wantsValue = false;
      } else return this.#fail('a list of numbers is malformed');
    }
  }

  /** The next byte that is not white space; it is not taken. */
  #next(): number {
    const bytes = this.#bytes;
    while (isSpace(bytes[this.#at])) this.#at += 1;
    return bytes[this.#at] as number;
  }

  /** Takes the start of a list; says whether a value must follow. */
  #enter(): boolean {
    this.#depth += 1;
    this.#at += 1;
    if (this.#depth > deepest) this.#fail(`it is nested deeper than ${deepest}`);
    return this.#next() !== close;
  }

  /** Takes the end of a list; says whether it was the outermost. */
  #leave(): boolean {
    this.#depth -= 1;
    this.#at += 1;
    this.#cursor.at = this.#at;
    return this.#depth === 0;
  }

  #fail(what: string): never {
    this.#cursor.at = this.#at;
    return this.#cursor.fail(what);
  }

  #number(first: number): void {
    const start = this.#at;
    const sink = this.#sink;
    const value = this.#plain(first, sink.narrow);
    if (value !== value) {
      this.#cursor.at = start;
      sink.other(this.#cursor, this.#count);
      this.#at = this.#cursor.at;
    } else {
      if (sink.check !== null) {
        this.#cursor.at = start;
        sink.check(value, this.#count);
      }
      sink.data[this.#count] = value;
    }
    this.#count += 1;
  }

  /** The number that starts here, taken, when it can be had exactly; NaN when it cannot, or is no number. */
  #plain(first: number, narrow: boolean): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = first;
    const negative = byte === minus;
    if (negative) byte = bytes[++at] as number;
    const wholeAt = at;
    let mantissa = 0;
    while (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      byte = bytes[++at] as number;
    }
    const whole = at - wholeAt;
    if (whole === 0 || (whole > 1 && bytes[wholeAt] === 0x30)) return Number.NaN;
    let exponent = 0;
    if (byte === 0x2e) {
      const fractionAt = ++at;
      byte = bytes[at] as number;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        byte = bytes[++at] as number;
      }
      exponent = fractionAt - at;
      if (exponent === 0) return Number.NaN;
    }
    this.#at = at;
    if (byte === 0x65 || byte === 0x45) exponent += this.#exponent();
    if (!(exponent <= 22 && exponent >= -22)) return Number.NaN;
    const power = powers[exponent < 0 ? -exponent : exponent] as number;
    const value = exponent < 0 ? mantissa / power : mantissa * power;
    if (mantissa > Number.MAX_SAFE_INTEGER && !(narrow && isClear(value))) return Number.NaN;
    return negative ? -value : value;
  }

  /** The exponent whose `e` is next, taken; NaN without digits. */
  #exponent(): number {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    const sign = bytes[at];
    if (sign === minus || sign === 0x2b) at += 1;
    const digitsAt = at;
    let value = 0;
    for (let byte = bytes[at] as number; byte >= 0x30 && byte <= 0x39; byte = bytes[++at] as number) {
      value = value * 10 + (byte - 0x30);
    }
    this.#at = at;
    if (at === digitsAt) return Number.NaN;
    return sign === minus ? -value : value;
  }
}

import { LaurelError } from '@laurel/contracts';
import { quoted } from '@laurel/domain';

/** Values nested deeper than this are refused; no request of any protocol needs more. */
const maximumDepth = 32;

const quote = 0x22;
const backslash = 0x5c;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Is the byte white space of JSON? */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Keys of one object: a handful in a list, many in a set. */
class SeenKeys {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  /** False when the key is there. */
  add(key: string): boolean {
    if (this.#many !== undefined) {
      if (this.#many.has(key)) return false;
      this.#many.add(key);
      return true;
    }
    if (this.#few.includes(key)) return false;
    this.#few.push(key);
    if (this.#few.length > 16) this.#many = new Set(this.#few);
    return true;
  }
}

const longestShared = 32;
const sharedTexts = Array.from({ length: 1024 }, () => '');

/**
 * A text of ASCII bytes. Short ones are kept in a table of fixed size, because requests say the same keys, names and types
 * over and over: comparing bytes is several times cheaper than making a string of them.
 */
function shortText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > longestShared || length === 0) return bytes.toString('latin1', start, end);
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[end - 1] as number;
  const place = (length * 31 + first * 7 + middle * 57 + last * 131) & 1023;
  const known = sharedTexts[place] as string;
  if (isText(known, bytes, start, length)) return known;
  const text = bytes.toString('latin1', start, end);
  sharedTexts[place] = text;
  return text;
}

function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

/** A value of JSON that is no list and no object. */
export type Scalar = string | number | boolean | null;

/**
 * Reads JSON (RFC 8259) from bytes, in one pass and without building what nobody asked for. All errors are `InvalidInput`
 * and say at which byte.
 */
export class JsonCursor {
  readonly bytes: Buffer;
  at = 0;
  /** Name of the input that is being read, for errors; `null` outside of inputs. */
  input: string | null = null;

  constructor(bytes: Buffer, start = 0) {
    this.bytes = bytes;
    this.at = start;
  }

  fail(what: string): never {
    const subject =
      this.input === null
        ? 'The body is not the JSON that is expected'
        : `The input ${quoted(this.input)} cannot be read`;
    throw new LaurelError('InvalidInput', `${subject}: ${what} at byte ${this.at}.`);
  }

  /** Next byte that is not white space, not taken; `undefined` at the end. */
  peek(): number | undefined {
    while (isSpace(this.bytes[this.at])) this.at += 1;
    return this.bytes[this.at];
  }

  /** Takes `character`, or fails. */
  expect(character: string): void {
    if (this.peek() !== character.charCodeAt(0)) this.fail(`${character} is missing`);
    this.at += 1;
  }

  /** Takes `character` when it is next. */
  take(character: number): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  /** The end of the body; anything behind the value is refused. */
  end(): void {
    if (this.peek() !== undefined) this.fail('something follows the value');
  }

  /** Calls `read` with each key of an object; `read` takes the value. A key that comes twice is refused. */
  object(read: (key: string) => void): void {
    this.expect('{');
    if (this.take(0x7d)) return;
    const seen = new SeenKeys();
    do {
      if (this.peek() !== quote) this.fail('a key is missing');
      const key = this.string();
      if (!seen.add(key)) this.fail(`the key ${JSON.stringify(key.slice(0, 40))} comes twice`);
      this.expect(':');
      read(key);
    } while (this.take(0x2c));
    this.expect('}');
  }

  /** Calls `read` for each element of a list; `read` takes it. */
  list(read: (index: number) => void): void {
    this.expect('[');
    if (this.take(0x5d)) return;
    let index = 0;
    do read(index++);
    while (this.take(0x2c));
    this.expect(']');
  }

  string(): string {
    if (this.peek() !== quote) this.fail('a text is missing');
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    let ascii = true;
    for (;;) {
      const byte = bytes[at];
      if (byte === quote) break;
      if (byte === undefined) this.fail('a text has no end');
      if (byte === backslash) return this.#escapedString(start);
      if (byte < 0x20) this.fail('a text holds a control character');
      if (byte >= 0x80) ascii = false;
      at += 1;
    }
    this.at = at + 1;
    return ascii ? shortText(bytes, start, at) : this.#decoded(start, at);
  }

  /** A dimension: a whole number from 0; fails for anything else. */
  dimension(): number {
    this.peek();
    const start = this.at;
    let value = 0;
    let byte = this.bytes[this.at];
    while (byte !== undefined && byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30);
      this.at += 1;
      byte = this.bytes[this.at];
    }
    if (this.at > start && !isNumberByte(byte) && Number.isSafeInteger(value)) return value;
    this.at = start;
    return this.fail('a dimension must be a whole number from 0');
  }

  #decoded(start: number, end: number): string {
    try {
      return utf8.decode(this.bytes.subarray(start, end));
    } catch {
      return this.fail('a text is not UTF-8');
    }
  }

  /** A text with escapes is rare: its end is found here, and JSON.parse, which checks the escapes, reads it. */
  #escapedString(start: number): string {
    let at = start;
    for (;;) {
      const byte = this.bytes[at];
      if (byte === quote) break;
      if (byte === undefined) this.fail('a text has no end');
      at += byte === backslash ? 2 : 1;
    }
    const text = this.#decoded(start - 1, at + 1);
    try {
      const value = JSON.parse(text) as string;
      if (!value.isWellFormed()) this.fail('a text holds half a surrogate pair');
      this.at = at + 1;
      return value;
    } catch (error) {
      if (error instanceof LaurelError) throw error;
      return this.fail('a text holds an escape that JSON does not have');
    }
  }

  /** The bytes of a number, checked against the grammar. */
  numberText(): string {
    this.peek();
    const start = this.at;
    while (isNumberByte(this.bytes[this.at])) this.at += 1;
    const text = this.bytes.toString('latin1', start, this.at);
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return text;
    this.at = start;
    return this.fail(this.#whatIsThere());
  }

  /** Names what stands where a number or literal should: Python writes NaN and Infinity, which JSON does not have. */
  #whatIsThere(): string {
    const word = /^-?[A-Za-z]+/.exec(this.bytes.toString('latin1', this.at, this.at + 10))?.[0];
    if (word === undefined) return 'a value is missing';
    return /^(true|false|null)$/.test(word) ? `${word} stands where it cannot` : `${word} is not a value of JSON`;
  }

  literal(word: 'true' | 'false' | 'null'): void {
    this.peek();
    if (this.bytes.toString('latin1', this.at, this.at + word.length) !== word) this.fail(this.#whatIsThere());
    this.at += word.length;
  }

  scalar(): Scalar {
    const next = this.peek();
    if (next === quote) return this.string();
    if (next === 0x74) return this.#word('true', true);
    if (next === 0x66) return this.#word('false', false);
    if (next === 0x6e) return this.#word('null', null);
    if (next === 0x5b || next === 0x7b) return this.fail('a single value is expected, not a list or an object');
    const value = Number(this.numberText());
    return Number.isFinite(value) ? value : this.fail('a number is too large');
  }

  #word(word: 'true' | 'false' | 'null', value: boolean | null): boolean | null {
    this.literal(word);
    return value;
  }

  /** Takes a value and forgets it. */
  skip(depth = 0): void {
    const next = this.peek();
    if (next !== 0x5b && next !== 0x7b) {
      this.scalar();
      return;
    }
    if (depth >= maximumDepth) this.fail(`it is nested deeper than ${maximumDepth}`);
    if (next === 0x5b) this.list(() => this.skip(depth + 1));
    else this.object(() => this.skip(depth + 1));
  }

  /** Takes any value and gives it, nested at most 32 deep. `__proto__` is a key like any other. */
  value(depth = 0): unknown {
    const next = this.peek();
    if (next !== 0x5b && next !== 0x7b) return this.scalar();
    if (depth >= maximumDepth) this.fail(`it is nested deeper than ${maximumDepth}`);
    if (next === 0x5b) {
      const items: unknown[] = [];
      this.list(() => items.push(this.value(depth + 1)));
      return items;
    }
    const entries: [string, unknown][] = [];
    this.object((key) => entries.push([key, this.value(depth + 1)]));
    return Object.fromEntries(entries);
  }
}

function isNumberByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
  );
}

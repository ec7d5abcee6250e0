import { randomFillSync } from 'node:crypto';

/** Ids of the rows of one answer, UUIDs of version 7. */
export interface PredictionIds {
  /** Id of a row, counted from 0. */
  at(row: number): string;
}

const poolSize = 8 * 512;
const pool = Buffer.alloc(poolSize);
let used = poolSize;
let cachedAt = -1;
let cachedTime = '';

/**
 * Ids for the rows of an answer given at `now` (milliseconds since 1970). RFC 9562, section 6.2, method 1: the last 24
 * bits count the rows, so 16,777,216 rows of one answer differ; 50 random bits keep answers of one millisecond apart.
 */
export function newPredictionIds(now: number): PredictionIds {
  return new CountedIds(timePart(now), randomPart());
}

class CountedIds implements PredictionIds {
  readonly #head: string;

  constructor(time: string, random: string) {
    this.#head = `${time}-7${random.slice(0, 3)}-${random.slice(3, 7)}-${random.slice(7, 13)}`;
  }

  at(row: number): string {
    return this.#head + row.toString(16).padStart(6, '0');
  }
}

/** `xxxxxxxx-xxxx` of the 48 bits of time. */
function timePart(now: number): string {
  if (now === cachedAt) return cachedTime;
  const hex = now.toString(16).padStart(12, '0');
  cachedAt = now;
  cachedTime = `${hex.slice(0, 8)}-${hex.slice(8, 12)}`;
  return cachedTime;
}

/** 12 random bits, the variant with 14 random bits, 24 random bits: 13 hexadecimal digits. */
function randomPart(): string {
  if (used + 8 > poolSize) {
    randomFillSync(pool);
    used = 0;
  }
  const a = pool.readUInt16LE(used);
  const b = pool.readUInt16LE(used + 2);
  const c = pool.readUInt32LE(used + 4);
  used += 8;
  return hex(a & 0xfff, 3) + hex(0x8000 | (b & 0x3fff), 4) + hex(c & 0xffffff, 6);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

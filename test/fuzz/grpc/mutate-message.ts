import type { Random } from '../onnx/random.js';

type Change = (bytes: Buffer, random: Random) => Buffer;

/** The base-128 digits of a number. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

function spliced(bytes: Buffer, { at, removed, added }: { at: number; removed: number; added: Buffer }): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(Math.min(bytes.length, at + removed))]);
}

const inserted = (bytes: Buffer, { below }: Random, added: Buffer) =>
  spliced(bytes, { at: below(bytes.length + 1), removed: 0, added });

/** Numbers that readers trip over: beyond 32 and 64 bits, without an end, longer than need be. */
const hostileNumbers = [
  Buffer.alloc(11, 0xff),
  Buffer.from([...Buffer.alloc(9, 0xff), 0x01]),
  Buffer.from([...Buffer.alloc(9, 0x80), 0x00]),
  Buffer.from([...Buffer.alloc(9, 0x80), 0x02]),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.from([0x80]),
  varint(2 ** 53),
  varint(2 ** 31),
];

const hostileTexts = [
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf0, 0x9f, 0x98]),
  Buffer.from([0xff]),
  Buffer.from('\u0000'),
  Buffer.from('__proto__'),
  Buffer.from('😀'.repeat(40)),
  Buffer.from('../../etc/passwd'),
];

const field = (number: number, value: Buffer) => Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);

/** Dimensions: negative, none, huge, many; of an input's shape and of a TensorProto's. */
const hostileShapes = [
  Buffer.from([0x18, ...Buffer.alloc(9, 0xff), 0x01]),
  Buffer.from([0x18, 0x00]),
  Buffer.concat([Buffer.of(0x18), varint(2 ** 40)]),
  field(3, Buffer.alloc(40, 1)),
  field(3, Buffer.concat([varint(2 ** 31 - 1), varint(2 ** 31 - 1), varint(2 ** 31 - 1)])),
  field(2, Buffer.concat(Array.from({ length: 40 }, () => field(2, Buffer.of(0x08, 0x7f))))),
  field(2, field(2, Buffer.concat([Buffer.of(0x08), varint(8_000_000)]))),
];

function nested(bytes: Buffer, { below }: Random): Buffer {
  let inner = bytes;
  const number = 1 + below(8);
  for (let depth = 1 + below(200); depth > 0; depth--) inner = field(number, inner);
  return inner;
}

/** A field again and again: of 3 bytes each, so that 10,001 of them are few. */
function repeated({ below }: Random): Buffer {
  const one = field(1 + below(8), Buffer.alloc(below(3)));
  return Buffer.concat(Array.from({ length: below(12) === 0 ? 10_001 : 1 + below(200) }, () => one));
}

const changes: readonly Change[] = [
  (bytes, { below }) => {
    const changed = Buffer.from(bytes);
    for (let count = 1 + below(4); count > 0 && changed.length > 0; count--)
      changed[below(changed.length)] = below(256);
    return changed;
  },
  (bytes, { below }) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[below(changed.length)]! ^= 1 << below(8);
    return changed;
  },
  (bytes, { below }) => bytes.subarray(0, below(bytes.length + 1)),
  (bytes, { below }) => {
    const from = below(bytes.length);
    return spliced(bytes, {
      at: below(bytes.length + 1),
      removed: below(12),
      added: bytes.subarray(from, from + below(60)),
    });
  },
  (bytes, { below }) => spliced(bytes, { at: below(bytes.length), removed: 1 + below(20), added: Buffer.alloc(0) }),
  (bytes, random) => inserted(bytes, random, random.pick(hostileNumbers)),
  (bytes, random) => inserted(bytes, random, random.pick(hostileTexts)),
  (bytes, random) => inserted(bytes, random, random.pick(hostileShapes)),
  (bytes, random) => inserted(bytes, random, repeated(random)),
  (bytes, random) => nested(bytes, random),
  // A length that lies: of some field, seldom by much.
  (bytes, { below, pick }) => {
    const at = 1 + below(Math.max(1, bytes.length - 1));
    const lie = pick([varint(below(300)), varint(2 ** 31), varint(2 ** 32 - 1), Buffer.alloc(10, 0xff), Buffer.of(0)]);
    return spliced(bytes, { at, removed: 1, added: lie });
  },
  // A group, an unknown wire type, a field without a number, one of the largest number.
  (bytes, random) =>
    inserted(bytes, random, random.pick([Buffer.of(0x0b, 0x0c), Buffer.of(0x0e), Buffer.of(0), varint(2 ** 32 - 6)])),
];

/** One to three changes of a message; some are parts of two. */
export function mutantMessage(seeds: readonly Buffer[], message: Buffer, random: Random): Buffer {
  let mutant = message;
  if (random.below(12) === 0) {
    const other = random.pick(seeds);
    mutant = Buffer.concat([
      mutant.subarray(0, random.below(mutant.length + 1)),
      other.subarray(random.below(other.length)),
    ]);
  }
  for (let count = 1 + random.below(3); count > 0; count--) mutant = random.pick(changes)(mutant, random);
  return mutant;
}

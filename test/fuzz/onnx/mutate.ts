import { encode, listsIn, parse, type TreeField } from './message-tree.js';
import type { Random } from './random.js';

/** Numbers at which readers go wrong. */
const edges = [
  0n,
  1n,
  2n,
  7n,
  127n,
  128n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 32n + 1n,
  2n ** 60n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

const texts = [
  '',
  '\0',
  'x',
  'com.microsoft',
  'ai.onnx.ml',
  'evil',
  '*/_ORT_MEM_ADDR_/*',
  '../../etc/passwd',
  '\xff\xfe',
];

const external: TreeField = {
  number: 13,
  kind: 'message',
  fields: [
    { number: 1, kind: 'bytes', bytes: Buffer.from('location') },
    { number: 2, kind: 'bytes', bytes: Buffer.from('/etc/passwd') },
  ],
};

interface Spot {
  readonly list: TreeField[];
  readonly index: number;
  readonly field: TreeField;
}

/** What a change of structure works on. */
interface Scene {
  readonly random: Random;
  readonly tree: TreeField[];
  readonly other: TreeField[];
}

function spotIn(tree: TreeField[], random: Random): Spot | undefined {
  const list = random.pick(listsIn(tree).filter(({ length }) => length > 0));
  if (list === undefined) return undefined;
  const index = random.below(list.length);
  return { list, index, field: list[index]! };
}

type Change = (spot: Spot, scene: Scene) => void;

/** A value of the same field, but another one. */
const setValue: Change = ({ field }, { random }) => {
  if (field.kind === 'varint') field.value = random.pick(edges);
  else if (field.kind === 'bytes') field.bytes = Buffer.from(random.pick(texts), 'latin1');
  else if (field.kind === 'fixed') field.bytes = field.bytes.map(() => random.below(256));
  else field.fields = [];
};

const renumber: Change = ({ field }, { random }) => {
  field.number = 1 + random.below(random.pick([8, 27, 2 ** 20]));
};

const drop: Change = ({ list, index }) => {
  list.splice(index, 1);
};

const double: Change = ({ list, index, field }, { random }) => {
  list.splice(random.pick([index, list.length]), 0, structuredClone(field));
};

const swap: Change = ({ list, index, field }, { tree, random }) => {
  const target = spotIn(tree, random);
  if (target === undefined) return;
  list[index] = structuredClone(target.field);
  target.list[target.index] = structuredClone(field);
};

/** A part of another model in place of, or beside, a part of this one. */
const splice: Change = ({ list, index }, { other, random }) => {
  const source = spotIn(other, random);
  if (source !== undefined) list.splice(index, random.below(2), structuredClone(source.field));
};

/** The message in itself, a few times. */
const nest: Change = ({ list, index, field }, { random }) => {
  for (let depth = random.below(6); depth >= 0; depth--) {
    const inner = structuredClone(list[index]!);
    list[index] = { number: field.number, kind: 'message', fields: [inner] };
  }
};

const pointOutside: Change = ({ list }, { random }) => {
  list.push(structuredClone(random.pick<TreeField>([external, { number: 14, kind: 'varint', value: 1n }])));
};

const changes: readonly Change[] = [setValue, setValue, renumber, drop, double, swap, splice, nest, pointOutside];

function changeStructure(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const tree = parse(bytes);
  const scene: Scene = { random, tree, other: parse(other) };
  for (let count = 1 + random.below(3); count > 0; count--) {
    const spot = spotIn(tree, random);
    if (spot !== undefined) random.pick(changes)(spot, scene);
  }
  return encode(tree);
}

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const flipBits: Damage = (bytes, random) => {
  for (let count = 1 + random.below(8); count > 0 && bytes.length > 0; count--) {
    const at = random.below(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << random.below(8));
  }
  return bytes;
};

/** Overwrites some bytes, lengths among them, by those that are lengths beyond all. */
const lie: Damage = (bytes, random) => {
  for (let at = random.below(bytes.length + 1), left = 1 + random.below(4); at < bytes.length && left > 0; at++, left--)
    bytes[at] = random.pick([0x00, 0x7f, 0x80, 0xff]);
  return bytes;
};

const cut: Damage = (bytes, random) => bytes.slice(0, random.below(bytes.length + 1));

const cutOut: Damage = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
};

const append: Damage = (bytes, random) =>
  Buffer.concat([bytes, Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256))]);

const damages: readonly Damage[] = [flipBits, lie, cut, cutOut, append];

/** A file that is nearly `bytes`: changed in its structure, in its bytes, or in both. `other` lends parts. */
export function mutant(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const how = random.below(10);
  const changed = how < 7 ? changeStructure(bytes, other, random) : Uint8Array.from(bytes);
  return how < 6 ? changed : random.pick(damages)(changed, random);
}

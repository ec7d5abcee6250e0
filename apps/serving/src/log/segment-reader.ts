import { crc32 } from 'node:zlib';
import type { Prediction, Row } from '@laurel/domain';
import { ByteReader } from './byte-reader.js';
import {
  blockHeaderBytes,
  flags,
  forms,
  itemKinds,
  type LoggedTensor,
  magic,
  type RecordContext,
} from './segment-format.js';
import { readElements, type TensorCell } from './tensor-data.js';

/** A tensor of a request; its cells are `null` where they are redacted. */
export interface ReadTensor extends LoggedTensor {
  readonly cells: readonly TensorCell[] | null;
}

/** What a request's inputs or outputs are. */
export type ReadValues<Plain> =
  | { readonly kind: 'tensors'; readonly tensors: readonly ReadTensor[] }
  | { readonly kind: 'plain'; readonly values: readonly Plain[] }
  | null;

/** A request of a segment. */
export interface ReadRequest {
  readonly context: RecordContext;
  /** Id of the first row. */
  readonly id: string;
  readonly requestId: string;
  readonly at: number;
  readonly milliseconds: number;
  readonly stickyKeyHash: number | null;
  readonly rows: number;
  /** Id of the first row of the request that this one copies. */
  readonly shadowOf: string | null;
  readonly inputs: ReadValues<Row>;
  readonly outputs: ReadValues<Prediction>;
}

/** The whole blocks of a segment, and how many bytes after them belong to none: what a crash tore. */
export function wholeBlocks(bytes: Buffer): { readonly payloads: readonly Buffer[]; readonly tornBytes: number } {
  const payloads: Buffer[] = [];
  if (!bytes.subarray(0, magic.length).equals(magic)) return { payloads, tornBytes: bytes.length };
  let at = magic.length;
  while (at + blockHeaderBytes <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + blockHeaderBytes + length;
    if (length === 0 || end > bytes.length) break;
    const payload = bytes.subarray(at + blockHeaderBytes, end);
    if (crc32(payload) !== bytes.readUInt32LE(at + 4)) break;
    payloads.push(payload);
    at = end;
  }
  return { payloads, tornBytes: bytes.length - at };
}

/** A request of a segment that has not been read further than this. */
export interface RequestItem {
  readonly context: RecordContext;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Its block, and where the request begins in it. */
  readonly block: ByteReader;
  readonly start: number;
}

/** The requests of a segment in the order in which they were written. Errors: `RangeError` for what makes no sense. */
export function* requestItems(payloads: readonly Buffer[]): Generator<RequestItem> {
  const known = new Map<string, RecordContext>();
  for (const payload of payloads) {
    const contexts: RecordContext[] = [];
    const block = new ByteReader(payload);
    let end = 0;
    for (block.at = 0; block.at < payload.length; block.at = end) {
      const kind = block.u8();
      const length = block.u32();
      const start = block.at;
      end = start + length;
      if (kind === itemKinds.context) contexts.push(contextIn(payload.toString('utf8', start, end), known));
      if (kind !== itemKinds.request) continue;
      const index = block.u32();
      const context = contexts[index];
      if (context === undefined) throw new RangeError(`a request names context ${index} of ${contexts.length}`);
      block.skip(1);
      yield { context, at: block.f64(), block, start };
    }
  }
}

/** Blocks repeat their contexts; equal ones become one object. */
function contextIn(text: string, known: Map<string, RecordContext>): RecordContext {
  const seen = known.get(text);
  if (seen !== undefined) return seen;
  const context = JSON.parse(text) as RecordContext;
  known.set(text, context);
  return context;
}

/** The whole of a request. */
export function readRequest({ context, block: item, start }: RequestItem): ReadRequest {
  item.at = start + 4;
  const bits = item.u8();
  const head = {
    context,
    at: item.f64(),
    milliseconds: item.f64(),
    id: item.text(),
    requestId: item.text(),
    stickyKeyHash: missingIfNaN(item.f64()),
    rows: item.u32(),
    shadowOf: (bits & flags.shadow) === 0 ? null : item.text(),
  };
  const layout = { form: bits & 3, shapes: (bits & flags.inputShapes) !== 0, rows: head.rows };
  const inputs = readValues<Row>(item, { ...layout, tensors: context.inputs });
  const form = (bits >> flags.outputsShift) & 3;
  const shapes = (bits & flags.outputShapes) !== 0;
  const outputs = readValues<Prediction>(item, { form, shapes, rows: head.rows, tensors: context.outputs });
  return { ...head, inputs, outputs };
}

function missingIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function readValues<Plain>(
  item: ByteReader,
  {
    form,
    shapes,
    rows,
    tensors,
  }: {
    readonly form: number;
    readonly shapes: boolean;
    readonly rows: number;
    readonly tensors: readonly LoggedTensor[];
  },
): ReadValues<Plain> {
  if (form === forms.none) return null;
  if (form === forms.json) return { kind: 'plain', values: JSON.parse(item.text()) as readonly Plain[] };
  return { kind: 'tensors', tensors: tensors.map((tensor) => readTensor(item, tensor, shapes ? null : rows)) };
}

/** `rows` is `null` where the shape is written. */
function readTensor(item: ByteReader, tensor: LoggedTensor, rows: number | null): ReadTensor {
  if (tensor.redacted) return { ...tensor, cells: null };
  const shape = rows === null ? Array.from({ length: item.u8() }, () => item.u32()) : [rows, ...tensor.shape.slice(1)];
  const count = shape.reduce((product, size) => product * size, 1);
  return { ...tensor, shape, cells: readElements(item, tensor.datatype, count) };
}

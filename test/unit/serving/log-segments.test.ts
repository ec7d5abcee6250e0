import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logPartitionOf, type TensorType } from '@laurel/domain';
import * as fc from 'fast-check';
import { createBlockBuffer } from '../../../apps/serving/src/log/block-buffer.js';
import { ByteReader } from '../../../apps/serving/src/log/byte-reader.js';
import { ByteWriter } from '../../../apps/serving/src/log/byte-writer.js';
import type { Entry } from '../../../apps/serving/src/log/record-facts.js';
import { isSampled } from '../../../apps/serving/src/log/sampling.js';
import { magic } from '../../../apps/serving/src/log/segment-format.js';
import {
  fileNameOf,
  objectKeyOf,
  parseFileName,
  parseTableName,
  tableNameOf,
} from '../../../apps/serving/src/log/segment-name.js';
import { readRequest, requestItems, wholeBlocks } from '../../../apps/serving/src/log/segment-reader.js';
import { createSegmentWriter } from '../../../apps/serving/src/log/segment-writer.js';
import { elementsWriters, readElements } from '../../../apps/serving/src/log/tensor-data.js';
import { newPredictionIds } from '../../../apps/serving/src/plane/prediction-ids.js';
import {
  blockOf,
  churnOutputs,
  copyOf,
  floatColumns,
  modelOf,
  nine,
  servedOf,
  splitOf,
  twoClasses,
} from './log-entries.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A segment with one block for each list of entries. */
async function segmentOf(commits: readonly (readonly Entry[])[]): Promise<Buffer> {
  const writer = createSegmentWriter({ folder, process: 'host-1-0123abcd', now: () => nine });
  for (const entries of commits) await writer.write(blockOf(entries));
  await writer.rotate('any');
  return readFile(join(folder, fileNameOf({ openedAt: nine, process: 'host-1-0123abcd', sequence: 1 }, 'closed')));
}

const requestsIn = (bytes: Buffer) => [...requestItems(wholeBlocks(bytes).payloads)].map(readRequest);

test('a segment gives back what was written: ids, times, tensors as they were, and nothing that is redacted', async () => {
  const inputs = floatColumns(['tenure', 'charges', 'income'], 2, (row, column) => row * 10 + column);
  const outputs = churnOutputs([0.25, 0.75]);
  const split = splitOf({ redact: ['income'] });
  const served = servedOf({
    split,
    model: modelOf(inputs, outputs, twoClasses),
    inputs,
    outputs,
    stickyKey: 'someone',
  });
  const copy = copyOf(served, [{ label: 'Yes', probabilities: [0.25, 0.75], value: null }]);
  const bytes = await segmentOf([[served, copy], [served]]);
  expect(wholeBlocks(bytes).tornBytes).toBe(0);
  const [first, second, third] = requestsIn(bytes);
  expect(first).toMatchObject({
    context: {
      endpoint: 'churn',
      epoch: 7,
      arm: 'champion',
      version: 3,
      status: 'ok',
      error: null,
      protocol: 'predict',
    },
    id: served.answer?.ids.at(0),
    requestId: 'request-1',
    at: nine,
    milliseconds: 1.25,
    rows: 2,
    shadowOf: null,
    inputs: { tensors: [{ name: 'tenure', cells: [0, 10] }, { cells: [1, 11] }, { name: 'income', cells: null }] },
    outputs: { tensors: [{ name: 'label', cells: [0n, 1n] }, { cells: [0.25, 0.75] }] },
  });
  expect(first?.stickyKeyHash).toBeGreaterThan(0);
  expect(second).toMatchObject({
    context: { arm: 'shadow', version: 4 },
    shadowOf: first?.id,
    inputs: null,
    outputs: { values: [{ label: 'Yes' }] },
  });
  expect(third).toEqual(first);
});

test('a segment that is torn at any byte of its last block keeps every block before it', async () => {
  const inputs = floatColumns(['tenure'], 1, () => 1);
  const outputs = churnOutputs([0.75]);
  const served = servedOf({ split: splitOf(), model: modelOf(inputs, outputs, twoClasses), inputs, outputs });
  const bytes = await segmentOf([[served], [served, served], [served]]);
  const before = bytes.length - lastBlockBytes(bytes);
  for (let length = before; length < bytes.length; length++) {
    const torn = bytes.subarray(0, length);
    expect(requestsIn(torn)).toHaveLength(3);
    expect(wholeBlocks(torn).tornBytes).toBe(length - before);
    const full = Buffer.concat([torn, Buffer.alloc(bytes.length - length)]);
    if (!full.equals(bytes)) expect(requestsIn(full)).toHaveLength(3);
  }
  for (let at = before; at < bytes.length; at++) {
    const wrong = Buffer.from(bytes);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    expect(requestsIn(wrong)).toHaveLength(3);
  }
  expect(requestsIn(bytes)).toHaveLength(4);
  for (let length = 0; length < 8; length++) expect(requestsIn(bytes.subarray(0, length))).toEqual([]);
});

function lastBlockBytes(bytes: Buffer): number {
  const { payloads } = wholeBlocks(bytes);
  return 8 + (payloads.at(-1)?.length ?? 0);
}

test('a disk that takes only part of a block loses that block and no other', async () => {
  const inputs = floatColumns(['tenure'], 1, () => 1);
  const outputs = churnOutputs([0.75]);
  const served = servedOf({ split: splitOf(), model: modelOf(inputs, outputs, twoClasses), inputs, outputs });
  const bytes = await segmentOf([[served]]);
  const path = join(folder, 'torn');
  await writeFile(path, bytes);
  await appendFile(path, bytes.subarray(8, 40));
  expect(requestsIn(await readFile(path))).toHaveLength(1);
});

test('raw rows are kept with the columns that the model takes and no others', async () => {
  const inputs = floatColumns(['tenure', 'income'], 1, () => 1);
  const outputs = churnOutputs([0.75]);
  const model = modelOf(inputs, outputs, twoClasses);
  const rows = [{ tenure: '12', income: 'much', email: 'someone@example.com' }];
  const bytes = await segmentOf([[servedOf({ split: splitOf({ redact: ['income'] }), model, inputs, outputs, rows })]]);
  expect(requestsIn(bytes)[0]?.inputs).toEqual({ kind: 'plain', values: [{ tenure: '12' }] });
  expect(bytes.includes('someone@example.com')).toBe(false);
  expect(bytes.includes('much')).toBe(false);
});

test('one request that cannot be written down is told apart, and the others are kept', async () => {
  const inputs = floatColumns(['tenure'], 1, () => 1);
  const outputs = churnOutputs([0.75]);
  const good = servedOf({ split: splitOf(), model: modelOf(inputs, outputs, twoClasses), inputs, outputs });
  const circle: Record<string, unknown> = {};
  circle['tenure'] = circle;
  const model = modelOf(inputs, outputs, twoClasses);
  const bad = servedOf({ split: splitOf(), model, inputs, outputs, rows: [circle as never] });
  const buffer = createBlockBuffer();
  expect([good, bad, good].map((entry) => buffer.add(entry, 1))).toEqual([true, false, true]);
  const { block, size } = buffer.take();
  expect(size.rows).toBe(2);
  expect(requestsIn(Buffer.concat([magic, block]))).toHaveLength(2);
});

const kinds: { readonly [type in TensorType]: fc.Arbitrary<unknown> } = {
  BOOL: fc.uint8Array().map((bytes) => bytes.map((byte) => byte & 1)),
  UINT8: fc.uint8Array({ maxLength: 80 }),
  UINT16: fc.uint16Array(),
  UINT32: fc.uint32Array(),
  UINT64: fc.bigUint64Array({ maxLength: 80 }),
  INT8: fc.int8Array(),
  INT16: fc.int16Array(),
  INT32: fc.int32Array({ maxLength: 80 }),
  INT64: fc.bigInt64Array(),
  FP16: fc
    .float32Array({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 })
    .map((a) => Float16Array.from(a)),
  FP32: fc.float32Array({ noNaN: true, maxLength: 80 }),
  FP64: fc.float64Array({ noNaN: true, maxLength: 80 }),
  BYTES: fc.array(fc.string({ unit: 'binary', maxLength: 60 })),
};

test.each(Object.keys(kinds) as TensorType[])('elements of type %s come back as they were', (datatype) => {
  fc.assert(
    fc.property(kinds[datatype], (data) => {
      const writer = new ByteWriter();
      const elements = data as readonly string[];
      elementsWriters[datatype](writer, elements as never);
      const back = readElements(new ByteReader(writer.bytes.subarray(0, writer.at)), datatype, elements.length);
      const plain = datatype === 'BOOL' ? back.map(Number) : back;
      const wanted = Array.from(elements, (one) => (typeof one === 'string' ? one.toWellFormed() : one));
      expect(plain).toEqual(wanted);
    }),
  );
});

test('a sample keeps its share, and an id is in or out whoever asks', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => newPredictionIds(nine + (index >> 4)).at(0));
  for (const percent of [1, 10, 50, 99]) {
    const kept = ids.filter((id) => isSampled(id, percent)).length;
    expect(Math.abs(kept / ids.length - percent / 100)).toBeLessThan(0.02);
  }
  expect(ids.every((id) => isSampled(id, 100))).toBe(true);
  expect(ids.some((id) => isSampled(id, 0))).toBe(false);
  const [id = ''] = ids;
  expect(isSampled(id, 30)).toBe(isSampled(id.slice(), 30));
});

test('the name of a segment says where its tables go', () => {
  const name = { openedAt: 1_769_000_000_000, process: 'host-1-0123abcd', sequence: 12 };
  for (const state of ['open', 'closed', 'partial', 'ready', 'broken'] as const) {
    expect(parseFileName(fileNameOf(name, state))).toEqual({ ...name, state });
  }
  expect(parseFileName('notes.txt')).toBeUndefined();
  const partition = logPartitionOf('churn', nine);
  expect(parseTableName(tableNameOf(partition))).toEqual(partition);
  expect(parseTableName('notes.parquet')).toBeUndefined();
  expect(objectKeyOf(name, partition)).toBe(
    'predictions/endpoint=churn/date=2026-01-31/hour=09/host-1-0123abcd-12.parquet',
  );
});

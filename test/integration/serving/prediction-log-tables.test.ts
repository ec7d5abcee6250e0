import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findToolchain } from '@laurel/dev';
import type { Tensor } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import type { Entry } from '../../../apps/serving/src/log/record-facts.js';
import { createSegmentWriter } from '../../../apps/serving/src/log/segment-writer.js';
import { shipFolder } from '../../../apps/serving/src/log/ship-folder.js';
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
  version,
} from '../../unit/serving/log-entries.js';
import { openLog, type QueryRow, query } from './prediction-log-files.js';

const process_ = 'host-1-0123abcd';
const limits = { threads: 1, memoryLimit: '256MB' };
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-tables-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = () => join(root, process_);
const objectStore = () => createDirectoryStore({ root: join(root, 'objects') });
const opened = () => openLog(objectStore(), root);

async function store(entries: readonly Entry[]): Promise<void> {
  const writer = createSegmentWriter({ folder: folder(), process: process_ });
  await writer.write(blockOf(entries));
  await writer.rotate('any');
  const shipped = await shipFolder({ folder: folder(), objectStore: objectStore(), limits });
  expect(shipped).toEqual({ stored: 1, torn: 0, broken: 0, failure: null });
  expect(await readdir(folder())).toEqual([]);
}

const columnsOf = async (table: string) =>
  Object.fromEntries(
    (await query(`DESCRIBE SELECT * FROM ${table}`)).map((row) => [row['column_name'], row['column_type']]),
  );

function aRequest(rows = 2, log = {}) {
  const inputs = floatColumns(['tenure', 'charges'], rows, (row, column) =>
    column === 1 && row === 1 ? Number.NaN : row + 0.5,
  );
  const outputs = churnOutputs(Array.from({ length: rows }, (_, row) => (row + 1) / (rows + 1)));
  return servedOf({
    split: splitOf(log),
    model: modelOf(inputs, outputs, twoClasses),
    inputs,
    outputs,
    stickyKey: 'someone',
  });
}

test('one row per answered row, with the columns of the contract and the types of the model', async () => {
  const served = aRequest();
  await store([
    served,
    copyOf(
      served,
      [0.1, 0.9].map((p) => ({ label: 'No', probabilities: [1 - p, p], value: null })),
    ),
  ]);
  const { keys, table, rows } = await opened();
  expect(keys).toEqual([`predictions/endpoint=churn/date=2026-01-31/hour=09/${process_}-1.parquet`]);
  expect(await columnsOf(table)).toEqual({
    predictionId: 'VARCHAR',
    requestId: 'VARCHAR',
    at: 'TIMESTAMP WITH TIME ZONE',
    epoch: 'BIGINT',
    arm: 'VARCHAR',
    version: 'BIGINT',
    digest: 'VARCHAR',
    stickyKeyHash: 'BIGINT',
    inputs: 'STRUCT(tenure FLOAT, charges FLOAT)',
    outputs: 'STRUCT("label" VARCHAR, probabilities DOUBLE[], "value" DOUBLE)',
    confidence: 'DOUBLE',
    latencyMs: 'DOUBLE',
    status: 'VARCHAR',
    error: 'VARCHAR',
    fallback: 'BOOLEAN',
    shadowOf: 'VARCHAR',
    protocol: 'VARCHAR',
    endpoint: 'VARCHAR',
    date: 'DATE',
    hour: expect.any(String) as string,
  });
  expect(rows).toHaveLength(4);
  const [first, second] = rows.filter(({ arm }) => arm === 'champion');
  expect(first).toMatchObject({
    predictionId: served.answer?.ids.at(0),
    requestId: 'request-1',
    at: '2026-01-31 09:59:59.123+00',
    endpoint: 'churn',
    epoch: '7',
    version: '3',
    digest: version.digest,
    inputs: { tenure: 0.5, charges: 0.5 },
    outputs: { label: 'No', value: null },
    latencyMs: 1.25,
    status: 'ok',
    error: null,
    fallback: false,
    shadowOf: null,
    protocol: 'predict',
  });
  expect(second).toMatchObject({
    predictionId: served.answer?.ids.at(1),
    inputs: { tenure: 1.5, charges: null },
    outputs: { label: 'Yes', probabilities: [expect.closeTo(1 / 3), expect.closeTo(2 / 3)] },
    confidence: expect.closeTo(2 / 3) as number,
  });
  const copies = rows.filter(({ arm }) => arm === 'shadow');
  expect(copies.map(({ shadowOf }) => shadowOf)).toEqual([0, 1].map((row) => served.answer?.ids.at(row)));
  expect(copies[1]).toMatchObject({
    inputs: null,
    version: '4',
    outputs: { label: 'No', probabilities: [expect.closeTo(0.1), 0.9] },
  });
});

test('requests of several endpoints and hours go to files of their own', async () => {
  const inputs = floatColumns(['tenure'], 1, () => 1);
  const outputs = churnOutputs([0.75]);
  const model = modelOf(inputs, outputs, twoClasses);
  const at = (endpoint: string, time: number) =>
    servedOf({ split: splitOf({}, endpoint), model, inputs, outputs, at: time });
  await store([at('churn', nine), at('fraud', nine), at('churn', nine + 1_000), at('churn', nine + 2_000)]);
  expect((await opened()).keys).toEqual([
    `predictions/endpoint=churn/date=2026-01-31/hour=09/${process_}-1.parquet`,
    `predictions/endpoint=churn/date=2026-01-31/hour=10/${process_}-1.parquet`,
    `predictions/endpoint=fraud/date=2026-01-31/hour=09/${process_}-1.parquet`,
  ]);
  expect((await query(`SELECT count(*) AS n FROM ${(await opened()).table}`))[0]).toEqual({ n: '4' });
});

test('a bare graph has its outputs by name; whatever type, shape or name a tensor has, it can be read', async () => {
  const text = 'Zürich 漢字 with more than twelve bytes';
  const inputs: readonly Tensor[] = [
    { name: 'text', datatype: 'BYTES', shape: [2, 1], data: [text, ''] },
    { name: 'pixels', datatype: 'UINT8', shape: [2, 2, 2], data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]) },
    { name: 'big', datatype: 'INT64', shape: [2], data: BigInt64Array.from([2n ** 60n, -1n]) },
    { name: 'flag', datatype: 'BOOL', shape: [2, 1], data: Uint8Array.from([1, 0]) },
    { name: 'half "quoted"', datatype: 'FP16', shape: [2, 1], data: Float16Array.from([0.5, Number.NaN]) },
    { name: 'Flag', datatype: 'FP64', shape: [2], data: Float64Array.from([1.5, 2.5]) },
  ];
  const outputs: readonly Tensor[] = [
    { name: 'logits', datatype: 'FP32', shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) },
  ];
  await store([servedOf({ split: splitOf(), model: modelOf(inputs, outputs, null), inputs, outputs })]);
  const { rows } = await opened();
  expect(rows[0]).toMatchObject({
    inputs: { text, pixels: [1, 2, 3, 4], big: String(2n ** 60n), flag: true, 'half "quoted"': 0.5, Flag_5: 1.5 },
    outputs: { logits: [1, 2, 3] },
    confidence: null,
  });
  expect(rows[1]).toMatchObject({ inputs: { text: '', big: '-1', flag: false, 'half "quoted"': null, Flag_5: 2.5 } });
});

test('versions that take other columns, or other types of one, share a file', async () => {
  const outputs = churnOutputs([0.75]);
  const before = floatColumns(['tenure', 'charges'], 1, () => 1.5);
  const after: readonly Tensor[] = [
    { name: 'tenure', datatype: 'INT64', shape: [1, 1], data: BigInt64Array.from([12n]) },
    { name: 'contract', datatype: 'BYTES', shape: [1, 1], data: ['monthly'] },
  ];
  const served = (inputs: readonly Tensor[], epoch: number) =>
    servedOf({ split: splitOf({}, 'churn', epoch), model: modelOf(inputs, outputs, twoClasses), inputs, outputs });
  await store([served(before, 1), served(after, 2)]);
  const rows = (await opened()).rows.toSorted((one, other) => Number(one['epoch']) - Number(other['epoch']));
  expect(rows.map(({ inputs }) => inputs)).toEqual([
    { tenure: 1.5, charges: 1.5, contract: null },
    { tenure: 12, charges: null, contract: 'monthly' },
  ]);
});

test('files of versions that take other columns are read together by name', async () => {
  const outputs = churnOutputs([0.75]);
  for (const [index, name] of ['tenure', 'charges'].entries()) {
    const inputs = floatColumns([name], 1, () => index);
    const entry = servedOf({
      split: splitOf({}, 'churn', index),
      model: modelOf(inputs, outputs, twoClasses),
      inputs,
      outputs,
    });
    const writer = createSegmentWriter({ folder: folder(), process: `host-${index}-0123abcd` });
    await writer.write(blockOf([entry]));
    await writer.rotate('any');
  }
  await shipFolder({ folder: folder(), objectStore: objectStore(), limits });
  const rows = (await opened()).rows.toSorted((one, other) => Number(one['epoch']) - Number(other['epoch']));
  expect(rows.map(({ inputs }) => inputs)).toEqual([
    { tenure: 0, charges: null },
    { tenure: null, charges: 1 },
  ]);
});

test('a failed request is a row without outputs', async () => {
  const served = { ...aRequest(), answer: null, failure: { code: 'ModelOutputInvalid' } as never };
  const ok = aRequest();
  await store([served, ok]);
  const failed = (await opened()).rows.filter(({ status }) => status === 'error');
  expect(failed).toHaveLength(2);
  expect(failed[0]).toMatchObject({
    error: 'ModelOutputInvalid',
    inputs: null,
    outputs: null,
    confidence: null,
    arm: 'champion',
  });
});

test('a segment that is stored twice counts once, and one that cannot be read is put aside', async () => {
  const entry = aRequest();
  for (const attempt of [1, 2]) {
    const writer = createSegmentWriter({ folder: folder(), process: process_, now: () => nine + attempt });
    await writer.write(blockOf([entry]));
    await writer.rotate('any');
    await shipFolder({ folder: folder(), objectStore: objectStore(), limits });
  }
  const { table, rows } = await opened();
  expect(rows).toHaveLength(2);
  expect((await query(`SELECT DISTINCT ON (predictionId) predictionId FROM ${table}`)).length).toBe(2);
});

const { python } = findToolchain();
const hasPandas = python !== null && spawnSync(python, ['-c', 'import pandas, pyarrow']).status === 0;

(hasPandas ? test : test.skip)('pandas reads what DuckDB reads', async () => {
  await store([aRequest(3)]);
  const { rows } = await opened();
  const script = `
import json, sys, pandas
frame = pandas.read_parquet(sys.argv[1])
print(json.dumps({
  "ids": list(frame["predictionId"]),
  "at": [moment.isoformat() for moment in frame["at"]],
  "tenure": [row["tenure"] for row in frame["inputs"]],
  "probabilities": [list(row["probabilities"]) for row in frame["outputs"]],
}))`;
  const { stdout, stderr } = spawnSync(python ?? '', ['-c', script, join(root, 'predictions')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const read = JSON.parse(stdout) as { ids: string[]; at: string[]; tenure: number[]; probabilities: number[][] };
  expect(read.ids).toEqual(rows.map(({ predictionId }) => predictionId));
  expect(new Set(read.at)).toEqual(new Set(['2026-01-31T09:59:59.123000+00:00']));
  expect(read.tenure).toEqual([0.5, 1.5, 2.5]);
  expect(read.probabilities).toEqual(
    rows.map((row: QueryRow) => (row['outputs'] as { probabilities: number[] }).probabilities),
  );
});

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ServingPolicy, Split, VersionRef } from '@laurel/domain';
import { fileNameOf } from '../../../apps/serving/src/log/segment-name.js';
import { readRequest, requestItems, wholeBlocks } from '../../../apps/serving/src/log/segment-reader.js';
import { createSegmentWriter } from '../../../apps/serving/src/log/segment-writer.js';
import { begunRequest } from '../../support/begun-request.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import {
  bodyOf,
  oneOff,
  type PredictBody,
  type ServingWorld,
  splitOf,
  startServingWorld,
} from '../../support/serving-world.js';
import * as entries from '../../unit/serving/log-entries.js';
import { createTestDatabase } from '../postgres/database.js';
import { openLog, query } from './prediction-log-files.js';

const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
let world: ServingWorld;
afterEach(() => world?.close());

const folderOf = ({ root, process }: ServingWorld) => join(root, 'serving', process);
const opened = () => openLog(world.objectStore, join(world.root, 'read'));

/** The split of `champion` with a policy of logging. */
function logged(champion: VersionRef, log: Partial<ServingPolicy['log']>, more: Partial<Split> = {}): Split {
  const policy: ServingPolicy = {
    sla: { latencyMilliseconds: null, confidence: null },
    batching: { maximumRows: 64 },
    log: { durability: 'relaxed', sample: 100, redact: [], ...log },
  };
  return { ...splitOf({ champion }), policy, ...more };
}

/** Requests in the segments of this disk, as a process that takes over would find them. */
async function onDisk() {
  const files = await readdir(folderOf(world));
  const bytes = await Promise.all(files.map((file) => readFile(join(folderOf(world), file))));
  return bytes.flatMap((segment) => [...requestItems(wholeBlocks(segment).payloads)].map(readRequest));
}

const predict = (row: object) => bodyOf<PredictBody>(world.post('/predict/churn', row));
const idOf = (body: PredictBody) => body.predictions[0]?.predictionId;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${world.url}/metrics`, oneOff)).text();
  const line = text.split('\n').find((one) => one.startsWith(name));
  return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? Number.NaN);
}

/** Every byte of every file under a folder. */
async function bytesUnder(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const whole = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)));
  return Buffer.concat(await Promise.all(whole));
}

test('every answered row is on disk soon, and in the object store as Parquet after the process has drained', async () => {
  world = await startServingWorld();
  await world.serve(splitOf({ champion: await world.publish(1, built) }));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, tenure) => predict({ tenure, email: 'someone@example.com' })),
  );
  await eventually(async () => (await onDisk()).length === 20, 'twenty requests on disk');
  expect(await metric('laurel_prediction_log_commit_seconds_count')).toBeGreaterThan(0);
  expect(await metric('laurel_prediction_log_waiting_bytes')).toBeGreaterThan(100);
  await world.serving.drain();
  const { keys, rows } = await opened();
  expect(keys).toEqual([
    expect.stringMatching(
      `^predictions/endpoint=churn/date=\\d{4}-\\d\\d-\\d\\d/hour=\\d\\d/${world.process}-1\\.parquet$`,
    ),
  ]);
  expect(rows.map(({ predictionId }) => predictionId)).toEqual(
    answers.map((answer) => idOf(answer) ?? '').toSorted((one, other) => one.localeCompare(other)),
  );
  const row = rows.find(({ predictionId }) => predictionId === idOf(answers[7] as PredictBody));
  expect(row).toMatchObject({
    endpoint: 'churn',
    epoch: '1',
    arm: 'champion',
    version: '1',
    status: 'ok',
    protocol: 'predict',
    inputs: { tenure: 7 },
    outputs: { label: 'No' },
  });
  expect((await bytesUnder(world.root)).includes('someone@example.com')).toBe(false);
  expect(await readdir(folderOf(world))).toEqual([]);
});

test('what a dead process left is stored once, without its torn end and without tables half made', async () => {
  const dead = `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}-4194400-0123abcd`;
  const name = { openedAt: entries.nine, process: dead, sequence: 1 };
  const outputs = entries.churnOutputs([0.75]);
  const inputs = entries.floatColumns(['tenure'], 1, () => 1);
  const model = entries.modelOf(inputs, outputs, entries.twoClasses);
  const served = entries.servedOf({ split: entries.splitOf(), model, inputs, outputs });
  world = await startServingWorld(async (root) => {
    const folder = join(root, 'serving', dead);
    const writer = createSegmentWriter({ folder, process: dead, now: () => entries.nine });
    await writer.write(entries.blockOf([served]));
    await writer.write(entries.blockOf([served]));
    await writer.rotate('any');
    const whole = join(folder, fileNameOf(name, 'closed'));
    await writeFile(join(folder, fileNameOf(name, 'open')), (await readFile(whole)).subarray(0, -1));
    await rm(whole);
    await mkdir(join(folder, fileNameOf({ ...name, sequence: 9 }, 'partial')));
    await writeFile(join(folder, fileNameOf({ ...name, sequence: 9 }, 'partial'), 'half.parquet'), 'half');
  });
  const key = `predictions/endpoint=churn/date=2026-01-31/hour=09/${dead}-1.parquet`;
  await eventually(
    async () => (await world.objectStore.listNamed('predictions/')).includes(key),
    'the orphan is stored',
  );
  expect((await opened()).rows.map(({ predictionId }) => predictionId)).toEqual([served.answer?.ids.at(0)]);
  await eventually(async () => !(await readdir(join(world.root, 'serving'))).includes(dead), 'its folder is gone');
  await eventually(
    async () => (await metric('laurel_rows_dropped_total{sink="torn"}')) === 1,
    'the torn end is counted',
  );
});

test('under strict logging an answer that has been given is on the disk', async () => {
  world = await startServingWorld();
  await world.serve(logged(await world.publish(1, built), { durability: 'strict' }));
  for (let tenure = 0; tenure < 20; tenure++) {
    const id = idOf(await predict({ tenure }));
    expect((await onDisk()).map((request) => request.id)).toContain(id);
  }
  const many = await Promise.all(Array.from({ length: 100 }, (_, tenure) => predict({ tenure })));
  const kept = new Set((await onDisk()).map(({ id }) => id));
  expect(many.every((answer) => kept.has(idOf(answer) ?? ''))).toBe(true);
});

test('a disk that takes nothing: strict answers are refused, relaxed ones are given and counted, both go on after it', async () => {
  world = await startServingWorld();
  const champion = await world.publish(1, built);
  await world.serve(logged(champion, { durability: 'strict' }));
  await world.serve(logged(champion, {}, { endpoint: 'relaxed' }));
  await rm(folderOf(world), { recursive: true, force: true });
  await writeFile(folderOf(world), 'a file where the folder should be');
  const refused = await world.post('/predict/churn', { tenure: 1 });
  expect(refused.status).toBe(503);
  expect(await bodyOf<object>(refused)).toMatchObject({ code: 'DependencyUnavailable' });
  expect((await world.post('/predict/relaxed', { rows: [{ tenure: 1 }, { tenure: 2 }] })).status).toBe(200);
  await eventually(async () => (await metric('laurel_rows_dropped_total{sink="lines"}')) === 3, 'the rows are counted');
  await rm(folderOf(world));
  expect((await world.post('/predict/churn', { tenure: 1 })).status).toBe(200);
  await world.post('/predict/relaxed', { tenure: 1 });
  await eventually(async () => (await onDisk()).length === 2, 'two requests on disk');
});

test('a redacted value appears nowhere on disk, and its column is null', async () => {
  const two = buildClassifier({ inputs: ['tenure', 'income'], weights: [-1, 1], bias: 0, classes: ['No', 'Yes'] });
  world = await startServingWorld();
  await world.serve(logged(await world.publish(1, two), { redact: ['income'] }));
  const secret = 123_456.75;
  const patterns = [
    String(secret),
    Buffer.from(new Float32Array([secret]).buffer),
    Buffer.from(new Float64Array([secret]).buffer),
  ];
  const anywhere = async () => {
    const bytes = await bytesUnder(world.root);
    return patterns.some((pattern) => bytes.includes(pattern));
  };
  await predict({ tenure: 5, income: secret });
  const tensors = ['tenure', 'income'].map((name) => ({ name, datatype: 'FP32', shape: [1, 1], data: [secret] }));
  const [tenure, income] = tensors;
  expect((await world.post('/v2/models/churn/infer', { inputs: [{ ...tenure, data: [5] }, income] })).status).toBe(200);
  await eventually(async () => (await onDisk()).length === 2, 'both are on disk');
  expect(await anywhere()).toBe(false);
  await world.serving.drain();
  expect(await anywhere()).toBe(false);
  expect((await opened()).rows.map(({ inputs }) => inputs)).toEqual([
    { tenure: 5, income: null },
    { tenure: 5, income: null },
  ]);
});

test('a sample keeps its share, and the copies of a shadow with it', async () => {
  world = await startServingWorld();
  const [champion, shadow] = [await world.publish(1, built), await world.publish(2, built)];
  await world.serve(logged(champion, { sample: 40 }, { shadow: { ...shadow, sample: 100 } }));
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(Array.from({ length: 20 }, (_, tenure) => predict({ tenure })));
  }
  await eventually(async () => (await metric('laurel_shadow_rows_total')) === 200, 'every copy is compared', 30_000);
  await world.serving.drain();
  const { rows } = await opened();
  const primaries = rows.filter(({ arm }) => arm === 'champion').map(({ predictionId }) => predictionId);
  const copies = rows.filter(({ arm }) => arm === 'shadow').map(({ shadowOf }) => shadowOf as string);
  expect(primaries.length).toBeGreaterThan(45);
  expect(primaries.length).toBeLessThan(115);
  expect(copies).toHaveLength(primaries.length);
  expect(new Set(copies)).toEqual(new Set(primaries));
});

test('feedback joins the log by prediction id', async () => {
  const db = await createTestDatabase(2);
  try {
    world = await startServingWorld();
    await world.serve(splitOf({ champion: await world.publish(1, built) }));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, tenure) => predict({ tenure: tenure - 5 })));
    const truths = answers.slice(0, 6).map((answer, index) => ({
      predictionId: idOf(answer) ?? '',
      truth: index % 2 === 0 ? 'Yes' : 'No',
      at: '2026-01-31T10:00:00.000Z',
      source: 'test',
    }));
    await db.observations.addFeedback(truths);
    await world.serving.drain();
    const { table } = await opened();
    const feedback = join(world.root, 'feedback.json');
    await writeFile(feedback, JSON.stringify(await db.query('select prediction_id, truth from feedback')));
    const joined = await query(
      `SELECT predictionId, outputs.label AS label, truth FROM ${table} JOIN '${feedback}' ON predictionId = prediction_id::VARCHAR`,
    );
    expect(joined).toHaveLength(6);
    for (const { predictionId, truth } of truths) {
      const answer = answers.find((one) => idOf(one) === predictionId);
      expect(joined).toContainEqual({ predictionId, truth, label: answer?.predictions[0]?.label });
    }
  } finally {
    await db.drop();
  }
});

test('a drained process has failed readiness, ended its lease, answered what it had begun and sent its sums', async () => {
  world = await startServingWorld();
  const champion = await world.publish(1, built);
  await world.serve(splitOf({ champion }));
  const rows = Array.from({ length: 3000 }, (_, tenure) => ({ tenure }));
  const begun = await Promise.all(
    Array.from({ length: 5 }, () => begunRequest<PredictBody>(`${world.url}/predict/churn`, { rows })),
  );
  const drained = world.serving.drain();
  for (const { status, body } of await Promise.all(begun.map((one) => one.finish()))) {
    expect(status).toBe(200);
    expect(body.predictions).toHaveLength(3000);
  }
  await drained;
  expect(world.serving.isReady()).toBe(false);
  expect(world.fleet.leases.size).toBe(0);
  expect(world.fleet.totals('champion').requests).toBe(5);
  const { table } = await opened();
  expect((await query(`SELECT count(DISTINCT predictionId) AS ids FROM ${table}`))[0]).toEqual({ ids: '15000' });
  await expect(world.post('/predict/churn', { tenure: 1 })).rejects.toThrow();
});

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Row } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import {
  bodyOf,
  type PredictBody,
  type ServingWorld,
  splitOf,
  startServingWorld,
} from '../../support/serving-world.js';

const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
let world: ServingWorld;
afterEach(() => world?.close());

async function stored(): Promise<{ readonly keys: readonly string[]; readonly rows: readonly Row[] }> {
  const keys = await world.objectStore.listNamed('predictions/');
  const tables = createTableEngine();
  const rows: Row[] = [];
  for (const [index, key] of keys.entries()) {
    const path = join(world.root, `${index}.parquet`);
    await writeFile(path, (await world.objectStore.getNamed(key)) ?? new Uint8Array());
    rows.push(...(await tables.readRows(path, { offset: 0, limit: 1000 })));
  }
  return { keys, rows };
}

test('every answered row is on disk soon, and in the object store as Parquet after the process has drained', async () => {
  world = await startServingWorld();
  const champion = await world.publish(1, built);
  await world.serve(splitOf({ champion }));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, tenure) =>
      bodyOf<PredictBody>(world.post('/predict/churn', { tenure, email: 'someone@example.com' })),
    ),
  );
  const ids = new Set(answers.map((answer) => answer.predictions[0]?.predictionId));
  const folder = join(world.root, 'serving', world.process);
  await eventually(async () => {
    const files = await readdir(folder);
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.join('').split('\n').length === 21;
  }, 'twenty lines on disk');
  await world.serving.drain();
  const { keys, rows } = await stored();
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatch(
    new RegExp(`^predictions/endpoint=churn/date=\\d{4}-\\d\\d-\\d\\d/hour=\\d\\d/${world.process}-1\\.parquet$`),
  );
  expect(rows).toHaveLength(20);
  expect(new Set(rows.map((row) => row['predictionId']))).toEqual(ids);
  expect(rows[0]).toMatchObject({
    endpoint: 'churn',
    epoch: 1,
    arm: 'champion',
    version: 1,
    status: 'ok',
    protocol: 'predict',
  });
  expect(JSON.stringify(rows)).not.toContain('someone@example.com');
  expect(await readdir(folder)).toEqual([]);
});

test('what a dead process left is stored once, without its torn last line', async () => {
  const dead = `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}-4194400-0123abcd`;
  const line = (id: number) => JSON.stringify({ predictionId: `p-${id}`, endpoint: 'churn', version: 1 });
  world = await startServingWorld(async (root) => {
    const folder = join(root, 'serving', dead);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `churn~2026-01-31~09~${dead}-4.open`), `${line(1)}\n${line(2)}\n{"predictionId":"p-`);
    await writeFile(join(folder, 'churn~2026-01-31~09~x-1.jsonl.parquet'), 'half');
  });
  const key = `predictions/endpoint=churn/date=2026-01-31/hour=09/${dead}-4.parquet`;
  await eventually(
    async () => (await world.objectStore.listNamed('predictions/')).includes(key),
    'the orphan is stored',
  );
  expect((await stored()).rows.map((row) => row['predictionId'])).toEqual(['p-1', 'p-2']);
  await eventually(async () => !(await readdir(join(world.root, 'serving'))).includes(dead), 'its folder is gone');
});

test('a drained process has failed readiness, ended its lease, answered what it had begun and sent its sums', async () => {
  world = await startServingWorld();
  const champion = await world.publish(1, built);
  await world.serve(splitOf({ champion }));
  const rows = Array.from({ length: 3000 }, (_, tenure) => ({ tenure }));
  const running = Array.from({ length: 5 }, () => world.post('/predict/churn', { rows }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await world.serving.drain();
  for (const response of await Promise.all(running)) {
    expect(response.status).toBe(200);
    expect((await bodyOf<PredictBody>(response)).predictions).toHaveLength(3000);
  }
  expect(world.serving.isReady()).toBe(false);
  expect(world.fleet.leases.size).toBe(0);
  expect(world.fleet.totals('champion').requests).toBe(5);
  await expect(world.post('/predict/churn', { tenure: 1 })).rejects.toThrow();
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findToolchain } from '@laurel/dev';
import type { ColumnSchema } from '@laurel/domain';
import { createModelRunner } from '@laurel/inference';
import { parse } from 'yaml';
import { mlflowFiles } from '../../../activities/src/training/mlflow-files.js';
import { verifiedOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';

const built = buildClassifier({ inputs: ['tenure', 'income'], weights: [-1, 0.5], bias: 0.25, classes: ['No', 'Yes'] });
const columns: readonly ColumnSchema[] = [
  { name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false },
  { name: 'income', kind: 'numeric', storage: 'integer', nullable: true },
];
const lock = 'laurel-trainer==0.1.0\nnumpy==2.4.1\nonnxruntime==1.27.0\npandas==3.0.0\n';
const rows = [
  { tenure: 1, income: 2 },
  { tenure: -3, income: 0.5 },
];
/** What `mlflow.pyfunc.load_model` does with the files. */
const program = `
import importlib, json, sys
import pandas as pd
folder = sys.argv[1]
sys.path.insert(0, folder + "/code")
model = importlib.import_module("laurel_pyfunc")._load_pyfunc(folder)
print(model.predict(pd.DataFrame(json.loads(sys.argv[2]))).to_json(orient="records"))
`;

let folder: string;
let files: { readonly [path: string]: Uint8Array };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-mlflow-'));
  const createdAt = '2026-01-31T09:00:00.000Z';
  const { signature } = built;
  files = await mlflowFiles({ signature, columns, run: '0'.repeat(32), createdAt, python: '3.11', lock });
  for (const [path, bytes] of Object.entries({ ...files, 'model.onnx': built.model })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the loader that MLflow finds in a package predicts what the serving code predicts', async () => {
  const { python } = findToolchain();
  const { stdout } = await promisify(execFile)(python ?? 'python3', ['-c', program, folder, JSON.stringify(rows)]);
  const model = await createModelRunner().load(verifiedOf(built));
  const predictions = await model.predict(rows);
  await model.release();
  const loaded = JSON.parse(stdout) as readonly { label: string; p_0: number; p_1: number }[];
  expect(loaded.map(({ label }) => label)).toEqual(predictions.map(({ label }) => label));
  for (const [at, { p_0, p_1 }] of loaded.entries()) {
    expect(p_0).toBeCloseTo(predictions[at]?.probabilities?.[0] ?? Number.NaN, 5);
    expect(p_1).toBeCloseTo(predictions[at]?.probabilities?.[1] ?? Number.NaN, 5);
  }
});

test('the MLmodel file names the loader, and its schemas are the columns in and out', () => {
  const text = (path: string) => Buffer.from(files[path] ?? []).toString();
  const model = parse(text('MLmodel'));
  expect(model.flavors.python_function).toMatchObject({ loader_module: 'laurel_pyfunc', code: 'code' });
  expect(JSON.parse(model.signature.inputs)).toEqual([
    { name: 'tenure', type: 'long', required: true },
    { name: 'income', type: 'double', required: true },
  ]);
  expect(JSON.parse(model.signature.outputs).map(({ name }: { name: string }) => name)).toEqual([
    'label',
    'p_0',
    'p_1',
  ]);
  expect(text('requirements.txt')).toBe('numpy==2.4.1\nonnx\nonnxruntime==1.27.0\npandas==3.0.0\n');
});

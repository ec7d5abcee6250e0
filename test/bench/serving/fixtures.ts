import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { SignatureOutput } from '@laurel/domain';
import { quietly } from '../../support/quietly.js';
import { benchCache, benchFolder } from './places.js';

/** Name of the one input tensor of every model of the bench. */
export const inputName = 'input';

export type ModelName = 'churn' | 'mlp';

/** A model and the rows it is asked about; its input is FP32 `[-1, width]`. */
export interface BenchModel {
  readonly name: ModelName;
  readonly width: number;
  readonly onnx: Uint8Array;
  /** `rows` × `width` values, row after row. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly outputs: readonly SignatureOutput[];
  readonly classes: readonly string[];
}

export interface Fixtures {
  /** Holds `churn.onnx` and `mlp.onnx`, for servers that read files. */
  readonly folder: string;
  readonly models: { readonly [name in ModelName]: BenchModel };
  /** Packages that the models were made with. */
  readonly versions: { readonly [name: string]: string };
}

type Described = Pick<BenchModel, 'name' | 'width' | 'rows' | 'outputs' | 'classes'>;

const script = join(benchFolder, 'python', 'make_models.py');
const data = join(process.cwd(), 'examples', 'churn', 'data', 'telco_churn.csv');

/** Builds the models with the trainers' Python unless the cache has them. Error: `DependencyUnavailable` without Python. */
export async function openFixtures(python: string | null): Promise<Fixtures> {
  const hash = createHash('sha256').update(await readFile(script));
  const key = hash
    .update(await readFile(data))
    .digest('hex')
    .slice(0, 12);
  const folder = join(benchCache, `models-${key}`);
  if (!existsSync(join(folder, 'models.json'))) await build(python, folder);
  const { models, versions } = JSON.parse(await readFile(join(folder, 'models.json'), 'utf8')) as {
    readonly models: readonly Described[];
    readonly versions: Fixtures['versions'];
  };
  const loaded = await Promise.all(models.map((model) => load(folder, model)));
  const named = (name: ModelName): BenchModel => {
    const model = loaded.find((one) => one.name === name);
    if (model !== undefined) return model;
    throw new LaurelError('Internal', `${folder} has no model ${name}; remove the folder and run the bench again.`);
  };
  return { folder, versions, models: { churn: named('churn'), mlp: named('mlp') } };
}

async function build(python: string | null, folder: string): Promise<void> {
  if (python === null) {
    const message = 'The bench makes its models with the trainers’ Python, which is missing; run npm run setup.';
    throw new LaurelError('DependencyUnavailable', message);
  }
  const building = `${folder}.${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    await quietly(python, [script, data, building]);
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function load(folder: string, model: Described): Promise<BenchModel> {
  const onnx = await readFile(join(folder, `${model.name}.onnx`));
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, `${model.name}.f32`));
  const values = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return { ...model, onnx, values };
}

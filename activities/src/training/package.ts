import { join } from 'node:path';
import { LaurelError, type PackageInput, packageFiles, parityTolerance, trainerFiles } from '@laurel/contracts';
import {
  type Cell,
  canonicalJson,
  type Digest,
  type ModelSignature,
  type OutputManifest,
  type Prediction,
  type Row,
  type TableSchema,
  type TrainerModel,
} from '@laurel/domain';
import type { PackageDraft, RunnableModel } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { withScratch } from '../scratch.js';
import { backgroundSet } from './background-set.js';
import { mlflowFiles } from './mlflow-files.js';
import { readTrainerModel } from './trainer-model.js';

export type PackagePorts = Pick<
  ActivityPorts,
  'code' | 'objects' | 'packages' | 'probe' | 'runner' | 'runs' | 'tables'
>;

/** Of the environment that set-up makes for trainers. */
const trainerPython = '3.11';
const none = new Uint8Array();
/** Rows compared with the framework's own predictions; all of the validation rows up to this number. */
const parityRows = 2_000;

/** Probes the model in isolation, signs and stores it, and checks it against the framework's own predictions. */
export async function packageTrained(ports: PackagePorts, input: PackageInput): Promise<Digest> {
  const output = await readOutput(ports, input.output);
  const description = readTrainerModel(await output.read(trainerFiles.description));
  const model = await output.read(trainerFiles.model);
  const signature = signatureOf(description);
  await ports.probe.probe(model, signature);
  return withScratch(async (folder) => {
    const validation = join(folder, 'validation.parquet');
    const train = join(folder, 'train.parquet');
    await ports.objects.getFile(input.parts.validation.digest, validation);
    await ports.objects.getFile(input.parts.train.digest, train);
    const example = await ports.tables.readRows(validation, { offset: 0, limit: 3 });
    const { schema, statistics } = await ports.tables.describe(train);
    const { seed } = input.model.spec.training;
    const environment = output.has(trainerFiles.environment) ? output.digest(trainerFiles.environment) : null;
    const lock = environment === null ? none : await output.read(trainerFiles.environment);
    const draft = await draftOf(ports, { input, description, signature, environment });
    const files = {
      [packageFiles.model]: model,
      ...(await mlflowFiles({
        signature,
        columns: schema.columns,
        run: draft.run,
        createdAt: draft.createdAt,
        python: trainerPython,
        lock: Buffer.from(lock).toString('utf8'),
      })),
      [packageFiles.lock]: lock,
      'input_example.json': exampleOf(example, signature),
      'statistics.json': Buffer.from(canonicalJson(statistics), 'utf8'),
      [packageFiles.background]: await drawBackground(ports, train, { schema, signature, seed }),
    };
    const digest = await ports.packages.publish(draft, files);
    await checkParity(ports, { digest, validation, predictions: await output.file(trainerFiles.predictions, folder) });
    return digest;
  });
}

/** Rows as MLflow's scoring protocol takes them, without the columns that the model does not. */
function exampleOf(rows: readonly Row[], { inputs }: ModelSignature): Uint8Array {
  const columns = new Set(inputs.map(({ name }) => name));
  const kept = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => columns.has(name))));
  return Buffer.from(canonicalJson({ dataframe_records: kept }), 'utf8');
}

/** The trainer's output folder as it was uploaded. */
async function readOutput(ports: PackagePorts, digest: Digest) {
  const manifest = JSON.parse(Buffer.from(await ports.objects.get(digest)).toString('utf8')) as OutputManifest;
  const files = new Map(manifest.files.map((file) => [file.path, file.digest]));
  const digestOfFile = (path: string): Digest => {
    const found = files.get(path);
    if (found === undefined) {
      throw new LaurelError(
        'TrainerWroteNoModel',
        `the trainer's output lacks ${path}; write it to LAUREL_OUTPUT_DIR before exiting with 0.`,
      );
    }
    return found;
  };
  return {
    has: (path: string) => files.has(path),
    digest: digestOfFile,
    read: (path: string) => ports.objects.get(digestOfFile(path)),
    file: async (path: string, folder: string) => {
      const local = join(folder, path.replaceAll('/', '_'));
      await ports.objects.getFile(digestOfFile(path), local);
      return local;
    },
  };
}

/** The background set of the columns that the model takes and the table has. */
async function drawBackground(
  { tables }: Pick<PackagePorts, 'tables'>,
  train: string,
  of: { readonly schema: TableSchema; readonly signature: ModelSignature; readonly seed: number },
): Promise<Uint8Array> {
  const known = new Set(of.schema.columns.map(({ name }) => name));
  const inputs = of.signature.inputs.filter(({ name }) => known.has(name));
  const names = inputs.map(({ name }) => name);
  return backgroundSet(await tables.readColumns(train, names), { inputs, seed: of.seed });
}

function signatureOf({ task, inputs, outputs, classes }: TrainerModel): ModelSignature {
  return { task, inputs, outputs, classes };
}

async function draftOf(
  ports: PackagePorts,
  made: {
    readonly input: PackageInput;
    readonly description: TrainerModel;
    readonly signature: ModelSignature;
    readonly environment: Digest | null;
  },
): Promise<PackageDraft> {
  const { input, description, signature, environment } = made;
  const run = await ports.runs.find(input.runId);
  if (run === undefined)
    throw new LaurelError('NotFound', `run ${input.runId} is gone, so its package cannot be made; train again.`);
  const { commit, branch, dirty } = await ports.code.describe(input.folder);
  const { dataset, version, digest } = input.dataset;
  return {
    name: input.project,
    task: input.model.spec.task,
    createdAt: run.startedAt,
    signature,
    algorithm: description.algorithm,
    framework: description.framework,
    lineage: { dataset: { name: dataset, version, digest }, code: { commit, branch, dirty }, environment, parents: [] },
    run: input.runId,
    environment,
    metrics: {},
  };
}

/** The graph must say what the framework says, on the same rows, within `parityTolerance`. */
async function checkParity(
  ports: PackagePorts,
  files: { readonly digest: Digest; readonly validation: string; readonly predictions: string },
): Promise<void> {
  const rows = await ports.tables.readRows(files.validation, { offset: 0, limit: parityRows });
  const expected = await ports.tables.readRows(files.predictions, { offset: 0, limit: parityRows });
  if (rows.length !== expected.length) {
    throw new LaurelError(
      'ModelParity',
      `${trainerFiles.predictions} has ${expected.length} rows where ${rows.length} were to be predicted; write one row per validation row, in their order.`,
    );
  }
  const model = await ports.runner.load(await ports.packages.open(files.digest));
  try {
    const difference = await largestDifference(model, rows, expected);
    if (difference <= parityTolerance) return;
    if (!Number.isFinite(difference)) {
      throw new LaurelError(
        'ModelParity',
        `${trainerFiles.predictions} has rows without a number in value, or in p_0, p_1, … (one per class); write the framework's own predictions there.`,
      );
    }
    throw new LaurelError(
      'ModelParity',
      `the ONNX graph differs from the framework's own predictions by ${difference.toPrecision(3)} on ${rows.length} validation rows (allowed: ${parityTolerance}); raise the opset or change the preprocessing.`,
    );
  } finally {
    await model.release();
  }
}

async function largestDifference(
  model: RunnableModel,
  rows: readonly Row[],
  expected: readonly Row[],
): Promise<number> {
  const predictions = await model.predict(rows);
  let largest = 0;
  for (const [index, prediction] of predictions.entries()) {
    largest = Math.max(largest, difference(prediction, expected[index] ?? {}));
  }
  return largest;
}

/** Columns `value`, or `p_0`, `p_1`, … in the order of the classes; relative above 1 for regressions of large scale. */
function difference(prediction: Prediction, expected: Row): number {
  if (prediction.value !== null) {
    const value = numberIn(expected['value'] ?? null);
    return Math.abs(prediction.value - value) / Math.max(1, Math.abs(value));
  }
  const probabilities = prediction.probabilities ?? [];
  return Math.max(
    ...probabilities.map((probability, index) => Math.abs(probability - numberIn(expected[`p_${index}`] ?? null))),
  );
}

function numberIn(cell: Cell): number {
  return typeof cell === 'number' ? cell : Number.POSITIVE_INFINITY;
}

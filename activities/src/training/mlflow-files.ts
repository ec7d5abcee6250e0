import { readFile } from 'node:fs/promises';
import { packageFiles } from '@laurel/contracts';
import {
  type ColumnSchema,
  canonicalJson,
  lockLines,
  type ModelSignature,
  type RunId,
  type SignatureInput,
  type Timestamp,
} from '@laurel/domain';

/** Where MLflow looks for the loader, inside a package. */
const loaderFile = 'code/laurel_pyfunc.py';
const loaderSource = new URL('../../assets/laurel_pyfunc.py', import.meta.url);

/** What the loader imports. */
const needed: readonly string[] = ['numpy', 'onnx', 'onnxruntime', 'pandas'];

/** As pandas reads a column, and so as MLflow expects it back: its type, not that of the graph's input, which the loader makes. */
const mlflowType: { readonly [storage in ColumnSchema['storage']]: string } = {
  float: 'double',
  integer: 'long',
  boolean: 'boolean',
  string: 'string',
  timestamp: 'string',
};

export interface MlflowModel {
  readonly signature: ModelSignature;
  /** Of the training data. */
  readonly columns: readonly ColumnSchema[];
  readonly run: RunId;
  readonly createdAt: Timestamp;
  /** Of the trainer, as in `3.11`. */
  readonly python: string;
  /** A requirements file of everything that was installed where the model was trained, with hashes or without. */
  readonly lock: string;
}

/**
 * The files with which MLflow loads a package (`mlflow.pyfunc.load_model`, `mlflow.onnx.load_model`) and makes its
 * environment. The requirements are what the loader imports, in the versions of the trainer's own environment, or where
 * its lock has hashes that whole lock.
 */
export async function mlflowFiles(model: MlflowModel): Promise<{ readonly [path: string]: Uint8Array }> {
  const text = (content: string) => Buffer.from(content, 'utf8');
  const { python } = model;
  return {
    MLmodel: text(mlmodel(model)),
    [loaderFile]: await readFile(loaderSource),
    [packageFiles.signature]: text(canonicalJson(model.signature)),
    [packageFiles.requirements]: text(`${requirementsOf(model.lock).join('\n')}\n`),
    'python_env.yaml': text(`python: "${python}"\ndependencies:\n  - -r ${packageFiles.requirements}\n`),
    'conda.yaml': text(
      `name: laurel\nchannels: [conda-forge]\ndependencies:\n  - python=${python}\n  - pip\n  - pip:\n      - -r ${packageFiles.requirements}\n`,
    ),
  };
}

/**
 * Where the lock has hashes of all that the loader imports, the requirements are its whole: once one requirement has a
 * hash, pip wants one of each, dependencies included.
 */
function requirementsOf(lock: string): readonly string[] {
  const lines = lockLines(lock);
  const pins = new Map(lines.map((line) => [/^[\w.-]+/.exec(line)?.[0].toLowerCase(), line]));
  const hashed = lines.filter((line) => line.includes(' --hash='));
  if (needed.every((name) => pins.get(name)?.includes(' --hash='))) return hashed;
  return needed.map((name) => (pins.get(name) ?? name).split(' --hash=', 1)[0] ?? name);
}

/** The `MLmodel` file; its signature fields are JSON inside YAML, as MLflow writes them. */
function mlmodel({ signature, columns, run, createdAt, python }: MlflowModel): string {
  const inputs = signature.inputs.map((input) => ({
    type: columnType(input, columns),
    name: input.name,
    required: !input.optional,
  }));
  const quoted = (schema: unknown) => `'${JSON.stringify(schema).replaceAll("'", "''")}'`;
  return [
    'flavors:',
    '  onnx:',
    '    code: code',
    '    data: model.onnx',
    '    providers: [CPUExecutionProvider]',
    '  python_function:',
    '    code: code',
    '    env:',
    '      conda: conda.yaml',
    '      virtualenv: python_env.yaml',
    '    loader_module: laurel_pyfunc',
    `    python_version: "${python}"`,
    `run_id: ${run}`,
    `utc_time_created: "${createdAt}"`,
    'signature:',
    `  inputs: ${quoted(inputs)}`,
    `  outputs: ${quoted(outputsOf(signature))}`,
    '',
  ].join('\n');
}

/** Whole numbers of which some are missing are floats in pandas. */
function columnType({ name, dtype, optional }: SignatureInput, columns: readonly ColumnSchema[]): string {
  const column = columns.find((one) => one.name === name);
  const storage = column?.storage ?? (dtype === 'BYTES' ? 'string' : 'float');
  return mlflowType[storage === 'integer' && (optional || column?.nullable === true) ? 'float' : storage];
}

/** The columns that the loader answers with. */
function outputsOf({ outputs, classes }: ModelSignature) {
  const columns = outputs.flatMap(({ role }) => {
    if (role === 'probabilities') return classes.map((_, at) => ({ type: 'float', name: `p_${at}` }));
    return [{ type: role === 'label' ? 'string' : 'float', name: role }];
  });
  return columns.map((column) => ({ ...column, required: true }));
}

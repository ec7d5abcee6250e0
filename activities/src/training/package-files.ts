import {
  type Cell,
  canonicalJson,
  type ModelSignature,
  type Row,
  type RunId,
  randomFrom,
  type SignatureInput,
  type TableStatistics,
} from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';

/** Rows of a background set: what `shap` takes of a larger table by default. */
const backgroundRows = 100;

/** Files beside `model.onnx` that let MLflow and people use a package. */
export function modelDescriptionFiles(model: {
  readonly signature: ModelSignature;
  readonly example: readonly Row[];
  readonly lock: string;
  readonly statistics: TableStatistics;
  readonly run: RunId;
}): { readonly [path: string]: Uint8Array } {
  const { signature, example, lock, statistics, run } = model;
  const columns = new Set(signature.inputs.map(({ name }) => name));
  const rows = example.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => columns.has(name))));
  const text = (content: string) => Buffer.from(content, 'utf8');
  return {
    MLmodel: text(mlmodel(signature, run)),
    'requirements.txt': text(lock),
    'python_env.yaml': text('python: "3.11"\ndependencies:\n  - -r requirements.txt\n'),
    'conda.yaml': text(
      'name: laurel\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pip\n  - pip:\n      - -r requirements.txt\n',
    ),
    'input_example.json': text(canonicalJson({ dataframe_records: rows })),
    'statistics.json': text(canonicalJson(statistics)),
  };
}

const mlflowType: { readonly [dtype: string]: string } = {
  FP32: 'float',
  FP64: 'double',
  INT64: 'long',
  INT32: 'integer',
  BOOL: 'boolean',
  BYTES: 'string',
};

/** The `MLmodel` file of MLflow's onnx flavor; its signature fields are JSON inside YAML, as MLflow writes them. */
function mlmodel(signature: ModelSignature, run: RunId): string {
  const inputs = signature.inputs.map(({ name, dtype, optional }) => ({
    name,
    type: mlflowType[dtype] ?? 'string',
    required: !optional,
  }));
  const outputs = signature.outputs.map(({ name, dtype, shape }) => ({
    name,
    type: 'tensor',
    'tensor-spec': { dtype: dtype === 'BYTES' ? 'str' : dtype === 'INT64' ? 'int64' : 'float32', shape },
  }));
  return [
    'flavors:',
    '  onnx:',
    '    data: model.onnx',
    '    code: null',
    `run_id: ${run}`,
    'signature:',
    `  inputs: '${JSON.stringify(inputs).replaceAll("'", "''")}'`,
    `  outputs: '${JSON.stringify(outputs).replaceAll("'", "''")}'`,
    '',
  ].join('\n');
}

/**
 * `background.json`: a seeded sample of training rows that stand for "not known" in explanations. It holds the model's
 * input columns and no other; rows without a value that the model requires are not drawn.
 */
export function backgroundSet(
  { rows, columns }: ColumnTable,
  { inputs, seed }: { readonly inputs: readonly SignatureInput[]; readonly seed: number },
): Uint8Array {
  const cellsOf = ({ name }: SignatureInput): readonly Cell[] => columns[name] ?? [];
  const required = inputs.filter(({ optional }) => !optional).map(cellsOf);
  const usable = Array.from({ length: rows }, (_, row) => row).filter((row) =>
    required.every((cells) => (cells[row] ?? null) !== null),
  );
  const chosen = sample(usable, seed);
  const drawn = inputs.map((input) => [input.name, chosen.map((row) => cellsOf(input)[row] ?? null)] as const);
  const table: ColumnTable = { rows: chosen.length, columns: Object.fromEntries(drawn) };
  return Buffer.from(canonicalJson(table), 'utf8');
}

/** The first steps of a shuffle (Fisher and Yates), in the order of the table. */
function sample(indices: readonly number[], seed: number): readonly number[] {
  const left = [...indices];
  const random = randomFrom(seed);
  const count = Math.min(backgroundRows, left.length);
  for (let at = 0; at < count; at++) {
    const other = at + random.nextInt(left.length - at);
    const moved = left[at] ?? 0;
    left[at] = left[other] ?? 0;
    left[other] = moved;
  }
  return left.slice(0, count).toSorted((one, other) => one - other);
}

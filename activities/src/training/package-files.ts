import { canonicalJson, type ModelSignature, type Row, type RunId, type TableStatistics } from '@laurel/domain';

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

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildClassifier, buildNaN } from './onnx-builder.js';

const model = { inputs: ['age'], weights: [0.1], bias: -4.5, classes: ['No', 'Yes'] } as const;
const duckdb = new URL('../../node_modules/@duckdb/node-api/lib/index.js', import.meta.url).href;

/** What the trainer does wrong; `none`: nothing. */
export type Fault =
  | 'none'
  | 'failure'
  | 'badParameters'
  | 'silence'
  | 'noModel'
  | 'noOnnx'
  | 'nanInDescription'
  | 'nanAnswers'
  | 'otherPredictions'
  | 'fewPredictions';

/** A trainer in some lines of JavaScript: it copies a prepared logistic model of `age`, or does what `fault` says. */
const trainer = `
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import duckdb from ${JSON.stringify(duckdb)};

const { LAUREL_DATA_DIR: data, LAUREL_OUTPUT_DIR: output, LAUREL_PARAMS: parameters } = process.env;
const { fault } = JSON.parse(parameters);
if (fault === 'failure') throw new Error('the matrix is singular');
if (fault === 'badParameters') {
  console.error('depth must be positive');
  process.exit(64);
}
if (fault === 'silence') await new Promise((resolve) => setTimeout(resolve, 120_000));
if (fault === 'noModel') process.exit(0);

copyFileSync(fault === 'nanAnswers' ? 'nan.onnx' : 'good.onnx', join(output, 'model.onnx'));
if (fault === 'noOnnx') writeFileSync(join(output, 'model.onnx'), 'this is no model');
copyFileSync('description.json', join(output, 'model.json'));
if (fault === 'nanInDescription') writeFileSync(join(output, 'model.json'), '{ "task": "binary", "loss": NaN }');
const yes = fault === 'otherPredictions' ? '0.9' : '1 / (1 + exp(4.5 - 0.1 * age))';
const connection = await (await duckdb.DuckDBInstance.create()).connect();
await connection.run(
  "COPY (SELECT 1 - (" + yes + ") AS p_0, (" + yes + ")::DOUBLE AS p_1 FROM read_parquet('" + join(data, 'validation.parquet') +
    "')" + (fault === 'fewPredictions' ? ' LIMIT 10' : '') + ") TO '" + join(output, 'validation_predictions.parquet') + "' (FORMAT parquet)",
);
`;

/** Writes the trainer and its prepared models into `folder`. */
export function writeTrainer(folder: string): void {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const good = buildClassifier(model);
  const description = {
    ...good.signature,
    algorithm: 'logistic regression',
    framework: 'by hand',
    parity: { rows: 1, maxAbsDiff: 0 },
  };
  writeFileSync(join(folder, 'good.onnx'), good.model);
  writeFileSync(join(folder, 'nan.onnx'), buildNaN({ ...model, above: 30 }).model);
  writeFileSync(join(folder, 'description.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'trainer.mjs'), trainer);
}

/** The project file of `name`, trained by that trainer on `data/people.csv`. */
export function projectOf(
  name: string,
  { fault, command = '[node, trainer.mjs]' }: { readonly fault: Fault; readonly command?: string },
): string {
  return `apiVersion: laurel/v1
kind: ModelProject
metadata: { name: ${name} }
spec:
  task: binary
  data:
    source: { format: csv, uri: data/people.csv }
    target: { column: churned, positive: "Yes" }
  training:
    command: ${command}
    parameters: { fault: ${fault} }
    silence: 3s
    retry: { maximumAttempts: 1 }
  serving: { endpoint: ${name} }
`;
}

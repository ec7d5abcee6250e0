import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const duckdb = new URL('../../../../node_modules/@duckdb/node-api/lib/index.js', import.meta.url).href;
const builder = new URL('../../support/onnx-builder.js', import.meta.url).href;

/** Steps of each trial, and how long one takes. */
export const trialSteps = 10;
const stepMilliseconds = 150;

/**
 * A trainer in some lines of JavaScript: a logistic model of two columns whose weights are its parameters. It writes down
 * when it starts and when it has ended well, so that nothing about its life has to be believed.
 */
const trainer = `
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import duckdb from ${JSON.stringify(duckdb)};
import { buildClassifier } from ${JSON.stringify(builder)};

const { LAUREL_DATA_DIR: data, LAUREL_OUTPUT_DIR: output, LAUREL_PARAMS: given, LAUREL_RUN_ID: run } = process.env;
const { age, luck } = JSON.parse(given);
const note = (what) => appendFileSync('lives.log', JSON.stringify({ run, what, given, at: Date.now() }) + '\\n');

note('start');
for (let step = 1; step <= ${trialSteps}; step += 1) {
  await sleep(${stepMilliseconds});
  console.log(JSON.stringify({ laurel: 'progress', step, totalSteps: ${trialSteps}, metrics: { weight: age } }));
}
const built = buildClassifier({ inputs: ['age', 'luck'], weights: [age, luck], bias: -1, classes: ['No', 'Yes'] });
const about = { algorithm: 'logistic regression', framework: 'by hand', parity: { rows: 1, maxAbsDiff: 0 } };
writeFileSync(join(output, 'model.onnx'), built.model);
writeFileSync(join(output, 'model.json'), JSON.stringify({ ...built.signature, ...about }));
const yes = '1 / (1 + exp(1 - (' + age + ') * age - (' + luck + ') * luck))';
const connection = await (await duckdb.DuckDBInstance.create()).connect();
await connection.run(
  "COPY (SELECT 1 - (" + yes + ") AS p_0, (" + yes + ")::DOUBLE AS p_1 FROM read_parquet('" +
    join(data, 'validation.parquet') + "')) TO '" + join(output, 'validation_predictions.parquet') + "' (FORMAT parquet)",
);
note('end');
`;

export interface SweepProject {
  readonly folder: string;
  /** The project file. */
  readonly text: string;
}

/** Writes trainer and data into `folder`: people who leave by age and by nothing else. */
export async function writeSweepProject(
  folder: string,
  { trials, parallel }: { readonly trials: number; readonly parallel: number },
): Promise<SweepProject> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const rows = Array.from({ length: 600 }, (_, index) => {
    const age = (index * 37) % 60;
    const luck = (index * 53) % 60;
    return [age, luck, (age * 7 + index * 13) % 60 > 30 ? 'Yes' : 'No'].join(',');
  });
  await writeFile(join(folder, 'data', 'people.csv'), `${['age,luck,left', ...rows].join('\n')}\n`);
  await writeFile(join(folder, 'trainer.mjs'), trainer);
  const text = `apiVersion: laurel/v1
kind: ModelProject
metadata: { name: sweeps }
spec:
  task: binary
  data:
    source: { format: csv, uri: data/people.csv }
    target: { column: left, positive: "Yes" }
  training:
    command: [node, trainer.mjs]
    parameters: { age: 0.1, luck: 0.1 }
    silence: 1m
  sweep:
    algorithm: tpe
    trials: ${trials}
    parallel: ${parallel}
    space: { age: { min: -0.2, max: 0.2 }, luck: { min: -0.2, max: 0.2 } }
`;
  return { folder, text };
}

/** A line of the trainer's own record. */
export interface Life {
  readonly run: string;
  readonly what: 'start' | 'end';
  readonly given: string;
  readonly at: number;
}

export async function readLives(folder: string): Promise<readonly Life[]> {
  const text = await readFile(join(folder, 'lives.log'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Life);
}

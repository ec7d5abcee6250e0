import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isLaurelError, parityTolerance, trainerFiles } from '@laurel/contracts';
import {
  agreementCheck,
  type CheckResult,
  checked,
  featureChecks,
  type Row,
  skipped,
  trainerAnswers,
} from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import type { PreparedData } from './data-suite.js';
import type { LoadedModel } from './model-folder.js';
import type { ProjectFolder } from './project-folder.js';

/** Rows compared with the framework's own predictions, as at packaging. */
const parityRows = 2_000;
/** Rows that are asked again with one value missing, or never seen. */
const changedRows = 20;
const unseen = 'a value that no row has';

export interface ModelSuiteInput {
  readonly at: ProjectFolder;
  readonly data: PreparedData;
  readonly model: LoadedModel;
  /** `before`: somebody made the model; `quick`: with the parameters for a quick training. */
  readonly made: 'before' | 'here' | 'quick';
  readonly engine: TableEngine;
}

/** Do the graph's inputs, its treatment of missing and unseen values and its answers fit the data and the trainer? */
export async function featureSuite(input: ModelSuiteInput): Promise<readonly CheckResult[]> {
  const { at, data, model, engine } = input;
  const { key, exclude } = at.project.spec.data;
  const { features, target } = data.trainer;
  const { schema, statistics } = data;
  const of = { signature: model.signature, features, target, key, exclude, unused: at.tests.features.unused };
  const rows = await engine.readRows(data.parts.validation, { offset: 0, limit: parityRows });
  return [
    ...featureChecks({ schema, statistics, ...of }),
    ...(await changedValues(model, rows.slice(0, changedRows))),
    await parity(input, rows),
  ];
}

/** One check per way of changing an input: a model that refuses what its signature allows fails in production. */
async function changedValues({ signature, runnable }: LoadedModel, rows: readonly Row[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, dtype, optional } of signature.inputs) {
    const ask = async (what: string, cell: string | null) => {
      const check = { suite: 'features', name: `${name} ${what}` } as const;
      const problem = await refusal(() => runnable.predict(rows.map((row) => ({ ...row, [name]: cell }))));
      const expected = `an answer to rows whose ${name} is ${what}`;
      results.push(checked(check, problem === null ? null : { expected, found: problem }));
    };
    if (optional) await ask('missing', null);
    if (dtype === 'BYTES') await ask('unseen', unseen);
  }
  return results;
}

async function refusal(ask: () => Promise<unknown>): Promise<string | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return `a refusal: ${error.message.replace(/\.$/, '')}`;
  }
}

async function parity({ model, engine }: ModelSuiteInput, rows: readonly Row[]): Promise<CheckResult> {
  const name = { suite: 'features', name: 'graph agrees with the trainer on the validation rows' } as const;
  const path = join(model.folder, trainerFiles.predictions);
  if (!existsSync(path)) return skipped(name, `the model's folder has no ${trainerFiles.predictions}`);
  const told = await engine.readRows(path, { offset: 0, limit: parityRows });
  const wanted = trainerAnswers(told, model.signature.classes);
  const like = 'the framework itself';
  try {
    const found = await model.runnable.predict(rows);
    return agreementCheck(name, { found, wanted, tolerance: parityTolerance, like });
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return checked(name, {
      expected: `the answers of ${like}`,
      found: `a refusal: ${error.message.replace(/\.$/, '')}`,
    });
  }
}

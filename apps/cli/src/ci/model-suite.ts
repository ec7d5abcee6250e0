import { isLaurelError } from '@laurel/contracts';
import {
  type Breach,
  type CheckName,
  type CheckResult,
  checked,
  directionBreach,
  gradientFlowBreach,
  invarianceBreach,
  type ModelTest,
  movedRow,
  type Prediction,
  qualityBreach,
  type Row,
  reportOn,
  skipped,
  variedRows,
} from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import type { ModelSuiteInput } from './feature-suite.js';
import { type LoadedModel, readGradientFlow } from './model-folder.js';

/** Rows that invariance and direction are asked with. */
const askedRows = 500;
/** Bootstrap replicates of a gate's interval, as in an evaluation. */
const replicates = 200;

/**
 * The tests that the project declares of its model, and its gates, on the holdout: rows that the trainer has not seen. A
 * model that was trained quickly is not what the gates are for.
 */
export async function modelSuite(input: ModelSuiteInput): Promise<readonly CheckResult[]> {
  const table = await input.engine.readColumns(input.data.parts.holdout);
  const asked = { ...input, table, rows: rowsOf(table) };
  const results: CheckResult[] = [];
  for (const test of input.at.tests.model) results.push(await judged(test, asked));
  return input.made === 'quick' ? results : [...results, ...(await gateResults(asked))];
}

interface Asked extends ModelSuiteInput {
  readonly table: ColumnTable;
  readonly rows: readonly Row[];
}

async function judged(test: ModelTest, asked: Asked): Promise<CheckResult> {
  const name = { suite: 'model', name: test.name } as const;
  try {
    if ('gradientFlow' in test) {
      return await flowResult(name, test, asked);
    }
    return checked(name, await breachOf(test, asked));
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return checked(name, { expected: 'answers', found: `a refusal: ${error.message.replace(/\.$/, '')}` });
  }
}

async function flowResult(
  name: CheckName,
  { gradientFlow }: Extract<ModelTest, { readonly gradientFlow: unknown }>,
  { model, made }: Asked,
): Promise<CheckResult> {
  const report = await readGradientFlow(model.folder);
  if (report !== null) return checked(name, gradientFlowBreach(gradientFlow, report));
  if (made === 'before') return skipped(name, "nobody watched the network's first steps when the model was made");
  const expected = 'a trainer whose first steps can be watched';
  return checked(name, { expected, found: 'a command that is not of the form [python, SCRIPT.py, ...]' });
}

/** The bounds of `spec.evaluation.gates`; there is no champion here to compare with. */
async function gateResults({ model, rows, at, table }: Asked): Promise<readonly CheckResult[]> {
  const { evaluation, data, task, training } = at.project.spec;
  const gates = evaluation.gates.filter((gate) => !('against' in gate));
  if (gates.length === 0) return [];
  const name = (gate: string) => ({ suite: 'model', name: `gate ${gate}` }) as const;
  try {
    const report = reportOn({
      task,
      classes: model.signature.classes,
      positive: data.target.positive,
      rows: { truth: truthOf(table, data.target.column), predictions: await model.runnable.predict(rows) },
      columns: table.columns,
      slices: [],
      sensitive: data.sensitive,
      gates,
      champion: null,
      seed: training.seed,
      replicates,
    });
    return report.gates.map(({ gate, state, message }) =>
      checked(name(gate), state === 'pass' ? null : { expected: 'the gate to pass', found: `that ${message}` }),
    );
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    const found = `a refusal: ${error.message.replace(/\.$/, '')}`;
    return [checked(name('of the project'), { expected: 'answers', found })];
  }
}

function truthOf({ columns }: ColumnTable, target: string) {
  return (columns[target] ?? []).map((cell) => cell ?? '');
}

async function breachOf(
  test: Exclude<ModelTest, { readonly gradientFlow: unknown }>,
  { model, rows, at, table }: Asked,
): Promise<Breach | null> {
  const { runnable, signature } = model;
  const some = rows.slice(0, askedRows);
  const { positive } = at.project.spec.data.target;
  if ('shape' in test) return shapeBreach(model, rows, test.shape.rows);
  if ('invariance' in test) {
    const answers: (readonly Prediction[])[] = [];
    for (const varied of variedRows(some, test.invariance)) answers.push(await runnable.predict(varied));
    return invarianceBreach(test.invariance, answers);
  }
  if ('direction' in test) {
    const moved = some.flatMap((row) => {
      const after = movedRow(row, test.direction);
      return after === null ? [] : [{ before: row, after }];
    });
    const before = await runnable.predict(moved.map((pair) => pair.before));
    const after = await runnable.predict(moved.map((pair) => pair.after));
    return directionBreach(test.direction, { before, after }, { ...signature, positive });
  }
  const truth = truthOf(table, at.project.spec.data.target.column);
  const predictions = await runnable.predict(rows);
  const input = { task: signature.task, classes: signature.classes, positive, rows: { truth, predictions } };
  return qualityBreach(test.quality, input, table.columns);
}

/** One answer per row, and one probability per class, for one row as for many. */
async function shapeBreach(
  { runnable, signature }: LoadedModel,
  rows: readonly Row[],
  counts: readonly number[],
): Promise<Breach | null> {
  for (const count of counts) {
    const asked = Array.from({ length: count }, (_, index) => rows[index % rows.length] ?? {});
    const answers = await runnable.predict(asked);
    if (answers.length !== count)
      return { expected: `${count} answers to ${count} rows`, found: String(answers.length) };
    const wrong = answers.find(
      ({ probabilities }) => (probabilities?.length ?? signature.classes.length) !== signature.classes.length,
    );
    if (wrong !== undefined)
      return { expected: `${signature.classes.length} probabilities`, found: String(wrong.probabilities?.length) };
  }
  return null;
}

function rowsOf({ rows, columns }: ColumnTable): readonly Row[] {
  return Array.from({ length: rows }, (_, index) =>
    Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells[index] ?? null])),
  );
}

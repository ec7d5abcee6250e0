import { isLaurelError } from '@laurel/contracts';
import {
  type Breach,
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
  skipped,
  variedRows,
} from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import type { ModelSuiteInput } from './feature-suite.js';
import { type LoadedModel, readGradientFlow } from './model-folder.js';

/** Rows that invariance and direction are asked with. */
const askedRows = 500;

/** The tests that the project declares of its model, on the holdout: rows that the trainer has not seen. */
export async function modelSuite(input: ModelSuiteInput): Promise<readonly CheckResult[]> {
  const table = await input.engine.readColumns(input.data.parts.holdout);
  const rows = rowsOf(table);
  const results: CheckResult[] = [];
  for (const test of input.at.tests.model) results.push(await judged(test, { ...input, table, rows }));
  return results;
}

interface Asked extends ModelSuiteInput {
  readonly table: ColumnTable;
  readonly rows: readonly Row[];
}

async function judged(test: ModelTest, asked: Asked): Promise<CheckResult> {
  const name = { suite: 'model', name: test.name } as const;
  try {
    if ('gradientFlow' in test) {
      const report = await readGradientFlow(asked.model.folder);
      return report === null
        ? skipped(name, "nobody watched the network's first steps; let laurel ci train it, with a Python trainer")
        : checked(name, gradientFlowBreach(test.gradientFlow, report));
    }
    return checked(name, await breachOf(test, asked));
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return checked(name, { expected: 'answers', found: `a refusal: ${error.message.replace(/\.$/, '')}` });
  }
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
  const truth = (table.columns[at.project.spec.data.target.column] ?? []).map((cell) => cell ?? '');
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

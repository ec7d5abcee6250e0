import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { type Cell, findAnomalies } from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import { type Column, roleOf, sensitiveCandidates } from './column-roles.js';
import { countClasses, decideTask, type TargetDecision, targetColumn } from './target-task.js';

/** What a CSV file holds, and what follows for a project. */
export interface Inspection {
  readonly file: string;
  readonly rows: number;
  /** Rows that have a target. */
  readonly labelled: number;
  readonly target: Column;
  readonly decision: TargetDecision;
  /** Column whose values all differ and that identifies a row. */
  readonly key: string | null;
  readonly exclude: readonly string[];
  readonly features: readonly string[];
  /** Columns that might belong under `sensitive`. */
  readonly sensitive: readonly string[];
  /** What was decided and why, one sentence each. */
  readonly decisions: readonly string[];
}

/** Fewer rows than this cannot be divided into parts that say anything. */
const leastRows = 50;

/**
 * Reads a CSV file and decides task, positive class, key and columns to leave out.
 * Errors: those of the engine; `InvalidInput` for a target that is not there; `DataAnomaly` for data no model can learn.
 */
export async function inspectCsv(input: {
  readonly file: string;
  readonly target: string;
  readonly engine: TableEngine;
}): Promise<Inspection> {
  const { file, target, engine } = input;
  const folder = await mkdtemp(join(tmpdir(), 'laurel-init-'));
  try {
    const parquet = join(folder, 'rows.parquet');
    await engine.importTable({ format: 'csv', path: file }, parquet);
    const { schema, statistics } = await engine.describe(parquet);
    const columns = schema.columns.flatMap((column, index): Column[] => {
      const counted = statistics.columns[index];
      return counted === undefined ? [] : [{ schema: column, statistics: counted }];
    });
    const found = targetColumn(columns, target, file);
    const values = (await engine.readColumns(parquet, [target])).columns[target] ?? [];
    return inspectionOf({ file, rows: statistics.rows, columns, target: found, values });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Read {
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly target: Column;
  readonly values: readonly Cell[];
}

function inspectionOf(read: Read): Inspection {
  const { file, rows, columns, target, values } = read;
  const classes = countClasses(values);
  const labelled = rows - target.statistics.missing;
  const decision = decideTask(target, classes);
  if (labelled < leastRows) {
    const message = `${file} has ${labelled} rows with a target; at least ${leastRows} are needed to train and evaluate.`;
    throw new LaurelError('DataAnomaly', message);
  }
  const roles = columns
    .filter((column) => column !== target)
    .map((column) => ({ name: column.schema.name, column, role: roleOf(column, rows) }));
  const key = roles.find(({ role }) => role.kind === 'identifier' && role.unique)?.name ?? null;
  const features = roles.filter(({ role }) => role.kind === 'feature');
  if (features.length === 0) {
    throw new LaurelError('DataAnomaly', `${file} has no column besides the target that a model could learn from.`);
  }
  const outside = roles.flatMap(({ name, role }) => {
    if (role.kind === 'feature') return [];
    const use = name === key ? 'it is the row key and no feature' : 'it is left out';
    return [`${name} ${role.because}; ${use}.`];
  });
  return {
    file,
    rows,
    labelled,
    target,
    decision,
    key,
    exclude: roles.filter(({ name, role }) => role.kind !== 'feature' && name !== key).map(({ name }) => name),
    features: features.map(({ name }) => name),
    sensitive: sensitiveCandidates(features.map(({ column }) => column)),
    decisions: [
      `${basename(file)} has ${rows} rows and ${columns.length} columns.`,
      decision.sentence,
      ...outside,
      ...warnings(read, decision),
    ],
  };
}

/** What the domain says of the target. Errors: `DataAnomaly` with the first of its errors. */
function warnings({ rows, target, values }: Read, { task, positive }: TargetDecision): readonly string[] {
  const top = countClasses(values).slice(0, 1000);
  const anomalies = findAnomalies({
    schema: { columns: [target.schema] },
    statistics: { rows, columns: [{ ...target.statistics, top }] },
    rules: [],
    target: target.schema.name,
    task,
    positive,
  });
  const worst = anomalies.find(({ severity }) => severity === 'error');
  if (worst !== undefined) throw new LaurelError('DataAnomaly', `${worst.message}.`);
  return anomalies.map(({ message }) => `${message}.`);
}

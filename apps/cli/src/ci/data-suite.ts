import { join } from 'node:path';
import { type TrainerSchema, trainerSchema, withSource } from '@laurel/activities';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import {
  type CheckResult,
  checked,
  type DescribedTable,
  dataChecks,
  duplicateChecks,
  leakChecks,
} from '@laurel/domain';
import type { ColumnTable, TableEngine } from '@laurel/ports';
import type { ProjectFolder } from './project-folder.js';

/** The parts of a project's data as Parquet files, and what its trainer is told of them. */
export interface PreparedData extends DescribedTable {
  readonly parts: { readonly train: string; readonly validation: string; readonly holdout: string };
  readonly trainer: TrainerSchema;
}

export interface DataSuite {
  readonly results: readonly CheckResult[];
  /** `null`: there is nothing that could be trained on. */
  readonly data: PreparedData | null;
}

/** Imports and divides the data into `scratch`, and checks what came out. */
export async function dataSuite(at: ProjectFolder, engine: TableEngine, scratch: string): Promise<DataSuite> {
  const readable = { suite: 'data', name: 'data can be read and divided' } as const;
  try {
    const found = await readTable(at, engine, scratch);
    const results = dataChecks(inputOf(at, found));
    const trainer = trainerSchema(at.project, found.schema);
    const parts = await divide(at, engine, scratch);
    const leaks = await leakResults(at, { ...found, trainer }, engine);
    const twice = await duplicateResults(at, { parts, trainer }, engine);
    const data = { ...found, parts, trainer };
    return { results: [checked(readable, null), ...results, ...leaks, ...twice], data };
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    const found = `${error.code}: ${error.message.replace(/\.$/, '')}`;
    return { results: [checked(readable, { expected: 'rows to train on', found })], data: null };
  }
}

interface Found extends DescribedTable {
  readonly parquet: string;
}

/** Only files: what else an installation may read is the installation's to say. */
async function readTable({ folder, project }: ProjectFolder, engine: TableEngine, scratch: string): Promise<Found> {
  const { format } = project.spec.data.source;
  const parquet = join(scratch, 'table.parquet');
  await withSource({ sources: {} }, { model: project, folder }, ({ path }) =>
    engine.importTable({ format, path }, parquet),
  );
  return { parquet, ...(await engine.describe(parquet)) };
}

function inputOf({ project, tests }: ProjectFolder, { schema, statistics }: Found) {
  const { data, task } = project.spec;
  return {
    schema,
    statistics,
    rules: data.validation,
    target: data.target.column,
    positive: data.target.positive,
    ignore: [...data.exclude, ...(data.key === null ? [] : [data.key])],
    task,
    columns: tests.data.columns,
  };
}

async function divide(
  { project }: ProjectFolder,
  engine: TableEngine,
  scratch: string,
): Promise<PreparedData['parts']> {
  const { split, target } = project.spec.data;
  const stratifyBy = split.stratify && project.spec.task !== 'regression' ? target.column : null;
  const parts = {
    train: join(scratch, 'train.parquet'),
    validation: join(scratch, 'validation.parquet'),
    holdout: join(scratch, 'holdout.parquet'),
  };
  const spec = { ...split, target: target.column, stratifyBy };
  const rows = await engine.split(join(scratch, 'table.parquet'), spec, parts);
  const empty = Object.entries(rows).find(([, count]) => count === 0);
  if (empty === undefined) return parts;
  throw new LaurelError('DataEmpty', `the part ${empty[0]} has no rows; give the project more data.`);
}

async function leakResults(
  { project, tests }: ProjectFolder,
  found: Found & { readonly trainer: TrainerSchema },
  engine: TableEngine,
): Promise<readonly CheckResult[]> {
  const { features, target } = found.trainer;
  const { columns: table } = await engine.readColumns(found.parquet, [target, ...features]);
  const { task, data } = project.spec;
  const { schema, statistics } = found;
  return leakChecks({ task, target, key: data.key, features, table, leaks: tests.data.leaks, schema, statistics });
}

async function duplicateResults(
  { project, tests }: ProjectFolder,
  { parts, trainer }: Pick<PreparedData, 'parts' | 'trainer'>,
  engine: TableEngine,
): Promise<readonly CheckResult[]> {
  const { key } = project.spec.data;
  const columns = [trainer.target, ...trainer.features];
  const wanted = key === null ? columns : [...columns, key];
  const read: [string, ColumnTable][] = [];
  for (const [part, path] of Object.entries(parts)) read.push([part, await engine.readColumns(path, wanted)]);
  return duplicateChecks({ parts: Object.fromEntries(read), columns, key, max: tests.data.duplicates.max });
}

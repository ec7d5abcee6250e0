import { LaurelError } from '@laurel/contracts';
import type { ModelProject, TableSchema } from '@laurel/domain';

/** What a trainer is told about its table: `schema.json` of the trainer protocol. */
export interface TrainerSchema extends TableSchema {
  readonly target: string;
  readonly task: ModelProject['spec']['task'];
  readonly positive: string | null;
  readonly features: readonly string[];
}

/** The trainer's schema: key and excluded columns are no features. */
export function trainerSchema(project: ModelProject, schema: TableSchema): TrainerSchema {
  const { data, task } = project.spec;
  const target = data.target.column;
  const aside = new Set([target, ...data.exclude, ...(data.key === null ? [] : [data.key])]);
  const columns = schema.columns.filter(({ name }) => name === target || !aside.has(name));
  if (!columns.some(({ name }) => name === target)) {
    throw new LaurelError(
      'DataSchemaMismatch',
      `the data has no column "${target}", which spec.data.target.column names; it has ${schema.columns.map(({ name }) => name).join(', ')}.`,
    );
  }
  const features = columns.map(({ name }) => name).filter((name) => name !== target);
  return { columns, target, task, positive: data.target.positive, features };
}

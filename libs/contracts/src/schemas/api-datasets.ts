import { z } from 'zod';

/** Which bytes of a dataset version: the file as it was read, or its rows as Parquet. */
export const contentQuery = z.object({ part: z.enum(['source', 'table']).default('source') });
export type ContentQuery = z.infer<typeof contentQuery>;

const wholeNumber = z.coerce.number().int().min(1).max(2_147_483_647);

/** Versions to compare. An empty `key` compares whole rows; without it, the key of the project counts. */
export const diffQuery = z.object({
  from: wholeNumber,
  to: wholeNumber,
  key: z.string().max(1_000).optional(),
  examples: z.coerce.number().int().min(0).max(100).default(5),
});
export type DiffQuery = z.infer<typeof diffQuery>;

const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const count = z.number().int();

export const datasetDiff = z
  .object({
    dataset: z.string(),
    from: z.number().int(),
    to: z.number().int(),
    rows: z.object({
      key: z
        .string()
        .nullable()
        .meta({ description: 'null: whole rows were compared, so that none counts as changed.' }),
      added: count,
      removed: count,
      changed: count,
      unchanged: count,
      changedColumns: z.array(z.object({ column: z.string(), rows: count })),
      examples: z.object({
        added: z.array(row),
        removed: z.array(row),
        changed: z.array(z.object({ from: row, to: row })),
      }),
    }),
    columns: z.array(
      z.object({
        column: z.string(),
        kind: z.enum(['added', 'removed', 'type', 'nullable', 'categories']),
        from: z.string().nullable(),
        to: z.string().nullable(),
      }),
    ),
    statistics: z.array(
      z.object({
        column: z.string().nullable().meta({ description: 'null: of the whole table.' }),
        statistic: z.enum(['rows', 'missing', 'distinct', 'min', 'max', 'mean', 'standardDeviation']),
        from: z.number().nullable(),
        to: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'DatasetDiff' });
export type DatasetDiff = z.infer<typeof datasetDiff>;

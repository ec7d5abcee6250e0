import { z } from 'zod';
import { column, count, duration, percent, valueText } from './project-parts.js';

const source = z
  .strictObject({
    format: z
      .enum(['csv', 'parquet', 'jsonl'])
      .meta({ description: 'Of the file that holds the rows; jsonl for a query.' }),
    uri: z
      .string()
      .regex(
        /^(?![a-z][a-z0-9+.-]+:)|^(file|s3|lakefs):\/\/|^(dvc|postgres):/,
        'a relative path, file://, s3://, lakefs://, dvc: or postgres:',
      )
      .min(1)
      .meta({ description: 'A path relative to this file, or file://, s3://, lakefs://, dvc: or postgres:.' }),
    query: z
      .string()
      .min(1)
      .exactOptional()
      .meta({ description: 'With postgres:, the statement whose rows are taken.' }),
    timeout: duration.exactOptional().meta({ description: 'With postgres:, longest time of the query; 10m.' }),
    endpoint: z
      .string()
      .min(1)
      .exactOptional()
      .meta({ description: 'With s3://, a compatible of S3 that the installation allows.' }),
  })
  .meta({ description: 'Where the rows come from.' });

const split = z
  .strictObject({
    holdout: percent.min(1).max(98).default(20).meta({ description: 'Percent of rows kept for evaluation only.' }),
    validation: percent
      .min(1)
      .max(98)
      .default(20)
      .meta({ description: 'Percent of rows the trainer may validate on.' }),
    stratify: z.boolean().default(true).meta({ description: 'Keep the share of each class in every part.' }),
    seed: count(0).default(7),
  })
  .meta({ description: 'How rows are divided; the rest of the percents trains.' });

const missing = z.strictObject({ max: z.number().min(0).max(1).meta({ description: 'Share of rows, 0 to 1.' }) });

const validationRule = z.union([
  z.strictObject({
    column,
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    missing: missing.exactOptional(),
  }),
  z.strictObject({ rows: z.strictObject({ min: count(1).exactOptional(), max: count(1).exactOptional() }) }),
]);

/** `spec.data`. */
export const dataSchema = z
  .strictObject({
    source,
    key: column.nullable().default(null).meta({ description: 'Column that identifies a row; no feature.' }),
    target: z.strictObject({
      column,
      positive: valueText.nullable().default(null).meta({ description: 'The class that counts as positive.' }),
    }),
    exclude: z.array(column).default([]).meta({ description: 'Columns that are no features.' }),
    sensitive: z.array(column).default([]).meta({ description: 'Columns by which fairness is measured.' }),
    split: split.prefault({}),
    validation: z.array(validationRule).default([]).meta({ description: 'Rules on top of the inferred schema.' }),
  })
  .meta({ id: 'Data' });

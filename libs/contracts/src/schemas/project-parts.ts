import { z } from 'zod';

/** A check's message is what the reader is told is allowed. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration such as 30s, 10m or 2h')
  .meta({ id: 'Duration', description: 'A number and one of ms, s, m, h, d.', examples: ['30s', '2h'] });

export const percent = z.number().min(0).max(100).meta({ description: 'Percent, 0 to 100.' });

export const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, '1 to 63 lower-case letters, digits or inner hyphens')
  .meta({ description: 'A DNS label of at most 63 characters.' });

export const column = z.string().min(1).meta({ description: 'Name of a column, as in the data.' });

/** A whole number from `least`. */
export function count(least: number) {
  return z.int().min(least);
}

/** Text of a value, for YAML writes `1` and `true` where the data has text. */
export const valueText = z.union([z.string(), z.number(), z.boolean()]).transform(String);

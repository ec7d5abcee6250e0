import type { ModelTest, ModelTests } from '@laurel/domain';
import { z } from 'zod';
import { column, count, duration, percent } from './project-parts.js';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const title = z.string().min(1).exactOptional().meta({ description: 'What the test is called in reports.' });
const bounds = { min: z.number().exactOptional(), max: z.number().exactOptional() };
const breaking = percent.default(0).meta({ description: 'Percent of the rows that may break the expectation.' });

const shape = z.strictObject({ rows: z.array(count(1)).min(1).default([1, 7]) });

const invariance = z.strictObject({ column, values: z.array(cell).min(2), max: breaking });

const direction = z.strictObject({
  column,
  add: z.number().exactOptional(),
  set: cell.exactOptional(),
  expect: z.enum(['notHigher', 'notLower']),
  of: z.string().nullable().default(null).meta({ description: 'Class whose probability is meant.' }),
  tolerance: z.number().min(0).default(0),
  max: breaking,
});

const quality = z.strictObject({
  metric: z.string().min(1),
  ...bounds,
  slice: z.strictObject({ column, value: cell }).exactOptional(),
  rows: z.strictObject({ min: count(1) }).default({ min: 20 }),
});

const gradientFlow = z.strictObject({ steps: count(1).default(5), frozen: z.array(z.string().min(1)).default([]) });

const modelTest = z.union([
  z.strictObject({ name: title, shape }),
  z.strictObject({ name: title, invariance }),
  z.strictObject({ name: title, direction }),
  z.strictObject({ name: title, quality }),
  z.strictObject({ name: title, gradientFlow }),
]);

const data = z.strictObject({
  columns: z.record(column, z.enum(['numeric', 'categorical'])).default({}),
  leaks: z
    .strictObject({ max: z.number().min(0).max(1).default(0.99), allow: z.array(column).default([]) })
    .prefault({}),
  duplicates: z.strictObject({ max: percent.default(1) }).prefault({}),
});

/** `tests.yaml`: what `laurel ci` asks of a project besides what its project file says. */
export const modelTestsSchema = z
  .strictObject({
    apiVersion: z.literal('laurel/v1'),
    kind: z.literal('ModelTests'),
    quick: z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()])).default({}),
    data: data.prefault({}),
    features: z.strictObject({ unused: z.array(column).default([]) }).prefault({}),
    model: z.array(modelTest).default([]),
    deployment: z.strictObject({ rows: count(1).default(50), latency: duration.nullable().default(null) }).prefault({}),
  })
  .meta({ id: 'ModelTests' });

type DeclaredTest = z.infer<typeof modelTest>;

/** With a name for every test that has none. */
export function completeModelTests(declared: z.infer<typeof modelTestsSchema>): ModelTests {
  return { ...declared, model: declared.model.map(named) };
}

function named(test: DeclaredTest): ModelTest {
  return { ...test, name: test.name ?? usualName(test) };
}

function usualName(test: DeclaredTest): string {
  if ('shape' in test) return 'shape of the answer';
  if ('invariance' in test) return `invariance of ${test.invariance.column}`;
  if ('gradientFlow' in test) return 'gradient flow';
  if ('direction' in test) return `direction of ${test.direction.column}`;
  const { metric, slice } = test.quality;
  return slice === undefined ? `quality ${metric}` : `quality ${metric} where ${slice.column} = ${slice.value}`;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationMetricsOf, fairnessMetrics, parseProject, projectJsonSchema } from '@laurel/contracts/schemas';
import { rolloutMetricNames } from '@laurel/domain';

const root = join(import.meta.dirname, '../../..');

function keysIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...properties, ...Object.values(schema).flatMap(keysIn)];
}

test('the reference names every key and every metric of the format', async () => {
  const text = await readFile(join(root, 'docs/reference/project-file.md'), 'utf8');
  const words = new Set(text.match(/\w+/g));
  const names = [...keysIn(projectJsonSchema()), ...Object.values(evaluationMetricsOf).flat(), ...fairnessMetrics];
  expect([...names, ...rolloutMetricNames].filter((name) => !words.has(name))).toEqual([]);
});

test('the shipped example is valid', async () => {
  const parsed = parseProject(await readFile(join(root, 'examples/churn/laurel.yaml'), 'utf8'), {
    file: 'laurel.yaml',
  });
  expect(parsed).toMatchObject({ ok: true, project: { metadata: { name: 'churn' } }, notices: [] });
});

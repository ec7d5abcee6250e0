import { parseProject } from '@laurel/contracts/schemas';
import { exampleProject } from './example-project.js';

function problemsOf(source: string): readonly string[] {
  const text = exampleProject.replace(/source: \{[^}]*\}/, `source: ${source}`);
  const parsed = parseProject(text, { file: 'laurel.yaml' });
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message.replace(/^laurel\.yaml, line \d+: /, ''));
}

test.each([
  '{ format: csv, uri: data/x.csv }',
  '{ format: parquet, uri: "s3://bucket/a key/x.parquet" }',
  '{ format: parquet, uri: "s3://bucket/x.parquet", endpoint: "http://127.0.0.1:9000" }',
  '{ format: jsonl, uri: "lakefs://repo/main/x.jsonl" }',
  '{ format: csv, uri: "dvc:data/x.csv.dvc" }',
  '{ format: jsonl, uri: "postgres:our-warehouse", query: "select 1", timeout: 5m }',
  '{ format: jsonl, uri: "postgres:w", query: "-- why\\n/* and * how */ (WITH x as (select 1) select * from x)" }',
])('%s is a source', (source) => {
  expect(problemsOf(source)).toEqual([]);
});

test.each([
  [
    '{ format: jsonl, uri: "postgres:w" }',
    ['spec.data.source.query is no select; allowed: a select (it is missing; write a select).'],
  ],
  [
    '{ format: jsonl, uri: "postgres:w", query: "delete from x" }',
    [
      'spec.data.source.query is no select; allowed: a select (it begins with "delete"; write a select, which only reads).',
    ],
  ],
  [
    '{ format: jsonl, uri: "postgres:w", query: " -- x" }',
    ['spec.data.source.query is no select; allowed: a select (it is empty; write a select).'],
  ],
  [
    '{ format: csv, uri: "postgres:w", query: "select 1" }',
    ['spec.data.source.format is "csv"; allowed: jsonl, for the rows of a query.'],
  ],
  [
    '{ format: csv, uri: x.csv, query: "select 1" }',
    ['spec.data.source.query is a value; allowed: nothing, unless uri begins with postgres:.'],
  ],
  [
    '{ format: csv, uri: "lakefs://r/m/x", endpoint: "http://h" }',
    ['spec.data.source.endpoint is a value; allowed: nothing, unless uri begins with s3:.'],
  ],
  [
    '{ format: csv, uri: "s3://bucket" }',
    ['spec.data.source.uri is no s3:// address of an object; allowed: s3://BUCKET/KEY.'],
  ],
  [
    '{ format: csv, uri: "lakefs://repo/main" }',
    ['spec.data.source.uri is no lakefs:// address of an object; allowed: lakefs://REPOSITORY/REFERENCE/PATH.'],
  ],
  ['{ format: csv, uri: "dvc:" }', ['spec.data.source.uri is "dvc:"; allowed: dvc: and the path of a .dvc file.']],
])('%s is refused', (source, problems) => {
  expect(problemsOf(source)).toEqual(problems);
});

test.each([
  '{ format: jsonl, uri: "postgres://me:hidden@host/db", query: "select 1" }',
  '{ format: csv, uri: "s3://me:hidden@bucket/key" }',
  '{ format: csv, uri: "s3://bucket/key", endpoint: "https://me:hidden@host" }',
])('a password in %s is not repeated', (source) => {
  const [problem = ''] = problemsOf(source);
  expect(problem).not.toBe('');
  expect(problem).not.toContain('hidden');
});

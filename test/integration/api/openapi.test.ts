import { Ajv2020 } from 'ajv/dist/2020.js';
import { generatedPart } from '../../support/generated-document.js';
import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
let document: ReturnType<typeof JSON.parse>;
beforeAll(async () => {
  world = await createApiWorld();
  document = (await world.get('/openapi.json', { as: 'nobody' })).body;
});
afterAll(() => world.close());

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: unknown;
  }[];
  readonly requestBody?: { readonly content: unknown };
  readonly responses: { readonly [status: string]: { readonly content?: object } };
}

function operations(): readonly { readonly path: string; readonly method: string; readonly operation: Operation }[] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Every object in the document, with where it lies. */
function* objects(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [key, member] of Object.entries(value)) yield* objects(member, `${at}/${key}`);
}

test('the document is OpenAPI 3.1 and says what it is', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Laurel control plane', version: expect.any(String) });
  expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
});

test('every operation has its own id, a summary, a tag, an answer and the problem document', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(40);
  for (const { path, method, operation } of operations()) {
    const where = `${method} ${path}`;
    expect([where, operation.summary]).toEqual([where, expect.stringMatching(/.+/)]);
    expect([where, operation.tags?.length]).toEqual([where, 1]);
    expect([where, Object.keys(operation.responses)]).toEqual([where, expect.arrayContaining(['default'])]);
    expect([where, Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status))]).toEqual([
      where,
      true,
    ]);
  }
});

test('every parameter of a path is declared, with a schema', () => {
  for (const { path, method, operation } of operations()) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).toSorted();
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect([method, path, declared.map(({ name }) => name).toSorted()]).toEqual([method, path, named]);
    for (const parameter of operation.parameters ?? []) expect(parameter.schema).toBeDefined();
  }
});

test('lists declare their window and writes their idempotency key', () => {
  const of = (path: string, method: string) =>
    operations().find((item) => item.path === path && item.method === method)?.operation;
  const names = (operation: Operation | undefined) => operation?.parameters?.map(({ name }) => name);
  expect(names(of('/api/v1/runs', 'get'))).toEqual(expect.arrayContaining(['pageSize', 'pageToken']));
  expect(names(of('/api/v1/projects/{project}/runs', 'post'))).toContain('Idempotency-Key');
  expect(of('/api/v1/projects', 'post')?.requestBody).toBeDefined();
  expect(of('/api/v1/projects', 'get')?.security).toBeDefined();
  expect(of('/healthz', 'get')?.security).toBeUndefined();
});

test('every reference leads somewhere', () => {
  for (const [at, object] of objects(document)) {
    const target = object['$ref'];
    if (typeof target !== 'string') continue;
    const found = target
      .split('/')
      .slice(1)
      .reduce((value: ReturnType<typeof JSON.parse>, key) => value?.[key], document);
    expect([at, target, found !== undefined]).toEqual([at, target, true]);
  }
});

test('every schema is valid JSON Schema 2020-12, without the keywords of OpenAPI 3.0', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const schemas = document.components.schemas as Record<string, object>;
  for (const name of Object.keys(schemas)) {
    const bundle = { $ref: `#/components/schemas/${name}`, components: { schemas } };
    expect(() => ajv.compile(bundle)).not.toThrow();
  }
  const old = [...objects(document)].filter(([, object]) => object['nullable'] === true);
  expect(old).toEqual([]);
});

test('the schema of the project file is served', async () => {
  const { headers, body } = await world.get('/schemas/model-project.json', { as: 'nobody' });
  expect(headers['content-type']).toContain('application/schema+json');
  expect(() => new Ajv2020({ strict: false }).compile(body)).not.toThrow();
});

test('the documentation is a page with its own files only', async () => {
  expect((await world.get('/', { as: 'nobody' })).headers['location']).toBe('/docs');
  const page = await world.get('/docs', { as: 'nobody' });
  expect(page.headers['content-type']).toContain('text/html');
  const files = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
  expect(files.length).toBe(4);
  for (const file of files) expect((await world.get(file, { as: 'nobody' })).status).toBe(200);
});

test('metrics are Prometheus text with route templates as labels', async () => {
  await world.get('/api/v1/projects/churn');
  const { headers, body } = await world.get('/metrics', { as: 'nobody' });
  expect(headers['content-type']).toContain('text/plain');
  expect(body).toContain('route="/api/v1/projects/:project"');
});

test('the reference of the API names every route, who may call it and what for', () => {
  const rows = operations()
    .map(({ path, method, operation }) => {
      const needs = /Needs: (.*)\./.exec(operation.description)?.[1];
      return `| \`${method.toUpperCase()} ${path}\` | ${operation.summary} | ${needs} |`;
    })
    .toSorted((a, b) => (a.split(' ')[2] ?? '').localeCompare(b.split(' ')[2] ?? '') || a.localeCompare(b));
  const table = ['| route | what for | needs |', '|---|---|---|', ...rows].join('\n');
  const path = new URL('../../../docs/reference/http-api.md', import.meta.url);
  expect(generatedPart(path, table)).toBe(table);
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationReport } from '@laurel/domain';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { laurel } from '../../unit/cli/fake-server.js';
import { aDatasetVersion, aFacts } from '../../unit/domain/registry/card-facts.js';
import { aPerson, aPlan, aRunId, aVersion, crownVersion, refOf } from '../postgres/builders.js';
import { type ApiWorld, aProject, createApiWorld } from './api-world.js';

const evil = `</text><script>alert("x")</script>'"<img src=x onerror=alert(1)>`;
const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });

let world: ApiWorld;
let folder: string;
beforeAll(async () => {
  world = await createApiWorld();
  folder = await mkdtemp(join(tmpdir(), 'laurel-cards-'));
  await described({
    dataset: 'one',
    digest: await world.packages.publish(draftOf(built, 'churn'), { 'model.onnx': built.model }),
  });
  await described({ dataset: 'two', rows: 1_500, hostile: true, lock: 'numpy==2.2.0\n' });
  await aVersion(world.db, 'churn');
  await aVersion(world.db, 'fraud');
  await world.app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Registers a version with all its records in Postgres and in the object store. */
async function described(of: {
  readonly dataset: string;
  readonly rows?: number;
  readonly hostile?: boolean;
  readonly lock?: string;
  readonly digest?: `sha256:${string}`;
}) {
  const {
    db,
    ports: { objects },
  } = world;
  const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  const facts = aFacts();
  const name = of.hostile ? evil : 'contract';
  const [tenure] = facts.dataset!.schema.columns;
  const dataset = aDatasetVersion({
    digest: await objects.put(bytes(of.dataset)),
    rows: of.rows ?? 1_000,
    schema: { columns: [tenure!, { name, kind: 'categorical', storage: 'string', nullable: true }] },
  });
  const stored = await db.datasets.add(dataset);
  const report: EvaluationReport = {
    ...facts.report!,
    slices: facts.report!.slices.map((slice) => ({ ...slice, column: name, value: name })),
  };
  const environment = await objects.put(bytes(of.lock ?? facts.lock!));
  const runId = aRunId();
  await db.circumstances.plan(runId, facts.circumstances!.planned);
  await db.circumstances.make(runId, facts.circumstances!.made!);
  const { code, parents } = facts.version.lineage;
  return aVersion(db, 'churn', {
    runId,
    signature: facts.version.signature,
    report: await objects.put(bytes(report)),
    lineage: { dataset: { name: 'churn', version: stored.version, digest: stored.digest }, code, parents, environment },
    ...(of.digest === undefined ? {} : { digest: of.digest }),
  });
}

const at = (version: number, rest = '') => `/api/v1/models/churn/versions/${version}${rest}`;
const card = (version: number, accept?: string) =>
  world.get(at(version, '/card'), { as: 'viewer', headers: accept === undefined ? {} : { accept } });

type Element = DefaultTreeAdapterTypes.Element;

function elementsOf(node: DefaultTreeAdapterTypes.Node): readonly Element[] {
  const own = 'tagName' in node ? [node] : [];
  return [...own, ...('childNodes' in node ? node.childNodes.flatMap(elementsOf) : [])];
}

const attribute = ({ attrs }: Element, name: string) => attrs.find((one) => one.name === name)?.value;

describe('a card', () => {
  test.each([
    [undefined, 'text/markdown; charset=utf-8', /^---\n[\s\S]*\n# Model Card for churn 1\.0\.0\n/],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8', /^<!doctype html>/],
    ['text/html;q=0.1, text/markdown;q=0.9', 'text/markdown; charset=utf-8', /^---\n/],
  ])('asked for as %s comes as %s', async (accept, type, form) => {
    const { status, headers, body } = await card(1, accept);
    expect([status, headers['content-type'], headers['vary']]).toEqual([200, type, expect.stringMatching(/accept/i)]);
    expect(body).toMatch(form);
  });

  test('comes as JSON, section by section, from the records', async () => {
    const { body } = await card(1, 'application/json');
    const text = JSON.stringify(body);
    for (const part of ['xgboost', '0.81', 'numpy', 'EPYC', 'Ed25519 key', 'data/churn.csv', '2 persons must approve'])
      expect(text).toContain(part);
    expect(text).not.toContain('No evaluation report');
    expect(text).not.toContain('left no record');
  });

  test('what is not on offer is refused in one sentence', async () => {
    const { status, body } = await card(1, 'application/pdf');
    expect([status, body.code]).toEqual([406, 'NotAcceptable']);
    expect(body.detail).toBe(
      'This comes as text/markdown, text/html, application/json; ask for one of them in Accept.',
    );
  });

  test('of a version without package or records says what is missing', async () => {
    const { body } = await card(3);
    expect(body).toContain('The package does not verify; never serve it. There is no package sha256:');
    expect(body).toContain('No evaluation report is kept with this version');
  });

  test('tells the words of the project file, rollouts and approvals', async () => {
    const project = aProject('churn');
    const text = { intendedUse: `For ${evil}`, limitations: '- Weak\n- Old' };
    await world.db.projects.apply(
      { ...project, spec: { ...project.spec, card: text } },
      { folder: '/', digest: `sha256:${'1'.repeat(64)}`, actor: 'ann' },
    );
    await crownVersion(world.db, (await world.db.registry.find('churn', 1))!, 1);
    const { body } = await card(1);
    expect(body).toContain('\n- Weak\n- Old\n');
    expect(body).toContain('churn/1 | promoted');
    expect(body).toContain('**Aliases:** champion');
    expect(body).toContain('Nobody has written this: set spec.card.ethics');
  });

  test('tells who approved a rollout that is still open', async () => {
    const challenger = refOf((await world.db.registry.find('churn', 2))!);
    await world.db.routing.beginRollout({
      endpoint: 'churn',
      project: 'churn',
      incarnation: 2,
      challenger,
      plan: aPlan(),
    });
    const { record } = await (await aPerson(world.db, 'ben')).decide('churn/2');
    const { body } = await card(2);
    expect(body).toContain(`| churn/2 | ben | ${record.at} | ${record.evidenceId} |`);
    expect(body).toContain('| churn/2 | running | 1 |');
    expect((await card(1)).body).not.toContain('| churn/2 |');
  });
});

describe('the card of a model that a client registered', () => {
  test('is written from its run and the registry, under whatever name it has', async () => {
    const send = (path: string, body: object) => world.post(`/api/2.0/mlflow/${path}`, body);
    const runId = (await send('runs/create', { experiment_id: '0', run_name: 'spring' })).body.run.info.run_id;
    await send('runs/log-parameter', { run_id: runId, key: 'max_depth', value: evil });
    await send('runs/log-metric', { run_id: runId, key: 'auc', value: 0.91, timestamp: 1, step: 3 });
    const name = 'Credit scoring';
    await send('registered-models/create', { name, description: 'Ranks applications' });
    await world.db.modelRegistry.createVersion({
      name,
      source: `runs:/${runId}/model`,
      runId,
      runLink: null,
      modelId: null,
      description: null,
      tags: [],
      actor: 'ann',
    });
    const at = `/api/v1/models/${encodeURIComponent(name)}/versions/1/card`;
    const { status, body } = await world.get(at, { as: 'viewer' });
    expect(status).toBe(200);
    expect(body).toContain('# Model Card for Credit scoring 1');
    for (const part of ['Ranks applications', '| auc | 0.91 | 3 |', 'spring', 'The checks have not ended.']) {
      expect(body).toContain(part);
    }
    const page = String((await world.get(at, { as: 'viewer', headers: { accept: 'text/html' } })).body);
    expect(elementsOf(parse(page)).filter(({ tagName }) => ['script', 'img'].includes(tagName))).toEqual([]);
    const { port } = world.app.getHttpServer().address() as { port: number };
    const environment = { LAUREL_API_URL: `http://127.0.0.1:${port}`, LAUREL_API_KEY: world.keys.viewer };
    expect((await laurel(`card 'Credit scoring/1'`, { ...environment, LAUREL_HOME: folder })).out).toContain('0.91');
  });

  test('that is not there is named', async () => {
    const { status, body } = await world.get('/api/v1/models/Credit%20scoring/versions/9/card');
    expect([status, body.detail]).toEqual([
      404,
      'There is no version 9 of model "Credit scoring"; list those there are with laurel get versions "Credit scoring".',
    ]);
    expect((await world.get('/api/v1/models/a%2Fb/versions/1/card')).status).toBe(400);
  });
});

describe('the page', () => {
  let page: string;
  let elements: readonly Element[];
  beforeAll(async () => {
    page = String((await card(2, 'text/html')).body);
    elements = elementsOf(parse(page));
  });
  const tags = (...names: readonly string[]) => elements.filter(({ tagName }) => names.includes(tagName));

  test('keeps hostile names as text: no script, no picture, no handler, also within plots', () => {
    expect(page).toContain('&lt;script&gt;');
    expect(
      tags('script', 'img', 'iframe', 'object', 'embed', 'form', 'link', 'base', 'foreignObject', 'image', 'use'),
    ).toEqual([]);
    const attributes = elements.flatMap(({ attrs }) =>
      attrs.map(({ name, value }) => [name.toLowerCase(), value] as const),
    );
    expect(attributes.filter(([name]) => name.startsWith('on') || name === 'srcdoc')).toEqual([]);
    expect(attributes.filter(([, value]) => /^\s*javascript:/i.test(value))).toEqual([]);
    expect(tags('svg').length).toBeGreaterThanOrEqual(3);
    expect(tags('style')).toHaveLength(1);
  });

  test('is the same, byte for byte, while nothing changes', async () => {
    expect((await card(2, 'text/html')).body === page).toBe(true);
  });

  test('asks nobody for anything and says so to the browser', async () => {
    const addresses = elements.flatMap(({ attrs }) =>
      attrs.filter(({ name }) => ['href', 'src', 'xlink:href'].includes(name)),
    );
    expect(addresses.filter(({ value }) => !value.startsWith('#'))).toEqual([]);
    expect(page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/url\((?!#)|@import/);
    const { headers } = await card(2, 'text/html');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src-elem 'sha256-/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('can be read by those who do not see it', () => {
    expect(attribute(tags('html')[0]!, 'lang')).toBe('en');
    expect(tags('h1')).toHaveLength(1);
    const levels = tags('h1', 'h2', 'h3').map(({ tagName }) => Number(tagName.slice(1)));
    expect(levels.every((level, index) => index === 0 || level <= levels[index - 1]! + 1)).toBe(true);
    for (const table of tags('table')) {
      const inner = elementsOf(table);
      expect(inner.filter(({ tagName }) => tagName === 'caption')).toHaveLength(1);
      const heads = inner.filter(({ tagName }) => tagName === 'th');
      expect(heads.every((head) => ['col', 'row'].includes(attribute(head, 'scope') ?? ''))).toBe(true);
    }
    const pictures = tags('svg').map(({ parentNode }) => parentNode as Element);
    expect(
      pictures.every((holder) => attribute(holder, 'role') === 'img' && attribute(holder, 'aria-label') !== ''),
    ).toBe(true);
    const ids = elements.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of tags('a')) expect(ids).toContain(attribute(link, 'href')?.slice(1));
  });
});

describe('a comparison', () => {
  test('is made of the records of both versions', async () => {
    const { status, body } = await world.get('/api/v1/models/churn/comparison?from=1&to=2', { as: 'viewer' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model: 'churn',
      from: { version: 1 },
      to: { version: 2 },
      signature: { bump: 'patch', changes: [] },
      sameHoldout: true,
      parameters: [],
      environment: { removed: [{ name: 'xgboost', version: '3.0.0' }], changed: [{ name: 'numpy' }] },
      data: { was: { rows: 1_000 }, is: { rows: 1_500 }, same: false },
      calibration: { bins: [{ low: 0 }, { low: 0.8 }] },
    });
    expect(body.data.columns.map(({ kind }: { kind: string }) => kind)).toEqual(['added', 'removed']);
  });

  test.each([
    ['from=2&to=2', 400, 'InvalidInput', /same as itself/],
    ['from=1&to=99', 404, 'NotFound', /There is no version 99 of model "churn"/],
    ['from=0&to=1', 400, 'InvalidInput', /from/],
    ['from=1', 400, 'InvalidInput', /to/],
    ['from=1%00&to=2', 400, 'InvalidInput', /from/],
    ['from=1&to=9999999999999', 400, 'InvalidInput', /to/],
  ])('?%s is %d', async (query, status, code, sentence) => {
    const { status: is, body } = await world.get(`/api/v1/models/churn/comparison?${query}`);
    expect([is, body.code, body.detail]).toEqual([status, code, expect.stringMatching(sentence)]);
  });
});

describe('release notes', () => {
  const path = at(2, '/release-notes');
  const put = (text: unknown, as: 'operator' | 'viewer' = 'operator') =>
    world.send('PUT', path, { as, body: { text } });

  test('are written by operators, with author and time, and every text is kept', async () => {
    expect((await world.get(path, { as: 'viewer' })).body).toMatchObject({ written: null, history: [] });
    expect((await put('First')).status).toBe(200);
    const { body } = await put('Second\n\n- with a list');
    expect(body.written).toMatchObject({ revision: 2, author: 'the operator', text: 'Second\n\n- with a list' });
    expect(body.history).toHaveLength(2);
    expect(body.generated).toContain('Data: 1000 → 1500 rows (+50 %).');
    expect((await card(2)).body).toContain('Written by the operator at');
    expect((await put('x', 'viewer')).status).toBe(403);
  });

  test.each([
    ['of 10 KB', 'x'.repeat(10_240)],
    ['with a control character', 'a\u0007b'],
    ['with an escape sequence', 'a\u001b[2Jb'],
    ['with NUL', 'a\u0000b'],
    ['that turns the direction', 'a\u202eb'],
    ['that is empty', '  \n'],
    ['that is no text', 7],
  ])('a text %s is refused in one sentence and nothing is written', async (_, text) => {
    const events = (await world.db.audit.verify()).events;
    const { status, body } = await put(text);
    expect([status, body.code]).toEqual([400, 'InvalidInput']);
    expect(body.detail).toMatch(/^The request is malformed: text .*\.$/);
    expect((await world.db.audit.verify()).events).toBe(events);
  });

  test('of a version that does not exist are not found', async () => {
    for (const method of ['GET', 'PUT']) {
      const { status, body } = await world.send(method, at(99, '/release-notes'), { body: { text: 'x' } });
      expect([status, body.detail]).toEqual([
        404,
        expect.stringMatching(/^There is no version 99 of model "churn"; list those .* laurel get versions churn\.$/),
      ]);
    }
  });
});

describe('laurel', () => {
  let run: (commandLine: string) => ReturnType<typeof laurel>;
  beforeAll(async () => {
    const env = { LAUREL_API_URL: await world.app.getUrl(), LAUREL_API_KEY: world.keys.operator, LAUREL_HOME: folder };
    run = (commandLine) => laurel(commandLine, env, folder);
    await writeFile(join(folder, 'latin.md'), Buffer.from([0x66, 0xfc, 0x72]));
    await writeFile(join(folder, 'big.md'), 'x'.repeat(1_048_577));
  });

  test('compare shows tables, and JSON with -o', async () => {
    const { code, out } = await run('compare churn/1 churn/2');
    expect(code).toBe(0);
    for (const part of [
      'SemVer:',
      'METRIC',
      'EQUALITY',
      'PROBABILITY',
      'PACKAGE',
      'Parameters: no difference.',
      'the same files',
    ])
      expect(out).toContain(part);
    expect(JSON.parse((await run('compare churn/1 churn/2 -o json')).out)).toMatchObject({ from: { version: 1 } });
  });

  test('card prints Markdown, and writes a page', async () => {
    expect((await run('card churn/1 --markdown')).out).toContain('# Model Card for churn');
    expect((await run('card churn/1 -o json')).out).toContain('"sections"');
    const { code, out } = await run('card churn/1 --html card.html');
    expect([code, out]).toEqual([0, `The card of churn/1 is in ${join(folder, 'card.html')}.\n`]);
    expect(await readFile(join(folder, 'card.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('release-notes writes a text or a file, and shows both kinds', async () => {
    await writeFile(join(folder, 'notes.md'), 'From a file.\n');
    expect((await run('release-notes churn/1 --file notes.md')).out).toContain('From a file.\n(the operator, ');
    const { out } = await run(`release-notes churn/1 --set 'Better now'`);
    expect(out).toContain('Better now\n(the operator, ');
    expect(out).toContain('1 earlier text kept');
    expect(out).toContain('is the first version of the model.');
    expect((await run('release-notes churn/3')).out).toContain('Nobody has written release notes yet');
  });

  test.each([
    ['compare churn/1 churn/1', 2, 'same as itself'],
    ['compare churn/1 fraud/1', 2, 'are versions of two models'],
    ['compare churn/1 churn/77', 3, 'There is no version 77'],
    ['compare churn/1 ../../etc', 2, 'does not name a version'],
    [`card ${'x'.repeat(10_240)}/1`, 2, 'does not name a version'],
    ['card churn/1 --html nowhere/card.html', 2, 'cannot be written'],
    ['card churn/1 --html a --markdown', 2, 'cannot be used with'],
    ['card nobody/1', 3, 'There is no version 1 of model "nobody"'],
    ['release-notes churn/1 --file nowhere.md', 2, 'cannot be read'],
    ['release-notes churn/1 --file latin.md', 2, 'is not UTF-8 text'],
    ['release-notes churn/1 --file big.md', 2, 'no file of at most 1 MiB'],
    ['release-notes churn/1 --set a --file b', 2, 'cannot be used with'],
    [`release-notes churn/1 --set ${'x'.repeat(10_240)}`, 2, 'text'],
  ])('%.60s ends with %d', async (commandLine, code, sentence) => {
    const { code: is, side, out } = await run(commandLine);
    expect([is, out, side]).toEqual([code, '', expect.stringContaining(sentence)]);
    expect(side.length).toBeLessThan(1_000);
  });
});

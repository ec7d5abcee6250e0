import { LaurelError } from '@laurel/contracts';
import type { RegistrationEnd } from '@laurel/ports';
import { type ApiWorld, applied, createApiWorld } from '../api/api-world.js';
import { aVersion, crownVersion, digestOf } from '../postgres/builders.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
});
afterEach(() => world.close());

const call = (name: string) => `/api/2.0/mlflow/${name}`;
const post = (name: string, body: unknown, as: 'operator' | 'admin' | 'viewer' = 'operator') =>
  world.post(call(name), body, { as });
const send = (method: string, name: string, body: unknown) => world.send(method, call(name), { as: 'operator', body });
const get = (name: string, query: Record<string, string>) => {
  return world.get(`${call(name)}?${new URLSearchParams(query).toString()}`, { as: 'viewer' });
};
const codes = ({ status, body }: { status: number; body: { error_code?: string } }) => [status, body.error_code];

const run = '0123456789abcdef0123456789abcdef';
const aModel = (name: string) => post('registered-models/create', { name });
const aClientVersion = async (name: string, more: object = {}) =>
  (await post('model-versions/create', { name, source: `runs:/${run}/model`, ...more })).body.model_version;
const ready = (semver: string): RegistrationEnd => ({
  status: 'ready',
  message: null,
  semver,
  digest: digestOf(semver),
  flavor: 'sklearn',
  signature: null,
});
const conclude = (name: string, version: number, end: RegistrationEnd = ready(`${version}.0.0`)) =>
  world.db.modelRegistry.concludeVersion({ name, version }, () => end);

test('a version is answered while its gates are still to work, and its gates are asked for', async () => {
  await aModel('m');
  expect(await aClientVersion('m', { tags: [{ key: 'a', value: 'b' }], description: 'first' })).toEqual({
    name: 'm',
    version: '1',
    creation_timestamp: expect.any(Number),
    last_updated_timestamp: expect.any(Number),
    user_id: 'the operator',
    current_stage: 'None',
    description: 'first',
    source: `runs:/${run}/model`,
    run_id: run,
    status: 'PENDING_REGISTRATION',
    tags: [{ key: 'a', value: 'b' }],
    run_link: '',
    aliases: [],
  });
  expect(world.orchestrator.asked('startRegistration')).toEqual([[{ name: 'm', version: 1 }]]);
});

test('without Temporal a version waits, and the reconciler finds it', async () => {
  await aModel('m');
  world.orchestrator.failNext('startRegistration', new LaurelError('DependencyUnavailable', 'Temporal is down'));
  expect((await aClientVersion('m')).status).toBe('PENDING_REGISTRATION');
  expect(await world.db.modelRegistry.listPending(0)).toEqual([{ name: 'm', version: 1 }]);
});

test('models: made, found, described, tagged, renamed, removed, in the client’s error codes', async () => {
  expect(codes(await aModel('m'))).toEqual([200, undefined]);
  expect(codes(await aModel('m'))).toEqual([400, 'RESOURCE_ALREADY_EXISTS']);
  expect(codes(await get('registered-models/get', { name: 'absent' }))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  await send('PATCH', 'registered-models/update', { name: 'm', description: 'better' });
  await post('registered-models/set-tag', { name: 'm', key: 'k', value: 'v' });
  await post('registered-models/set-tag', { name: 'm', key: 'gone', value: '' });
  await send('DELETE', 'registered-models/delete-tag', { name: 'm', key: 'gone' });
  const renamed = await post('registered-models/rename', { name: 'm', new_name: 'n' });
  expect(renamed.body.registered_model).toMatchObject({
    name: 'n',
    description: 'better',
    tags: [{ key: 'k', value: 'v' }],
  });
  await aModel('m');
  expect(codes(await post('registered-models/rename', { name: 'm', new_name: 'n' }))).toEqual([
    400,
    'RESOURCE_ALREADY_EXISTS',
  ]);
  expect(codes(await send('DELETE', 'registered-models/delete', { name: 'n' }))).toEqual([200, undefined]);
  expect(codes(await send('DELETE', 'registered-models/delete', { name: 'n' }))).toEqual([
    404,
    'RESOURCE_DOES_NOT_EXIST',
  ]);
});

test('a suffix of models:/name/… resolves to a stage, a semantic version or a range, and never to what is not ready', async () => {
  await aModel('m');
  for (const [index, semver] of ['1.0.0', '1.4.0', '1.4.2', '2.0.0'].entries()) {
    await aClientVersion('m');
    await conclude('m', index + 1, ready(semver));
  }
  await aClientVersion('m');
  await post('model-versions/transition-stage', {
    name: 'm',
    version: '2',
    stage: 'Production',
    archive_existing_versions: false,
  });
  const latest = async (...stages: string[]) => {
    const { body } = await post('registered-models/get-latest-versions', { name: 'm', stages }, 'viewer');
    return body.model_versions?.map(({ version }: { version: string }) => version) ?? body.error_code;
  };
  expect(await latest('1.4.0')).toEqual(['2']);
  expect(await latest('1.4')).toEqual(['3']);
  expect(await latest('^1')).toEqual(['3']);
  expect(await latest('~1.4')).toEqual(['3']);
  expect(await latest('^3')).toEqual([]);
  expect(await latest('production')).toEqual(['2']);
  expect(await latest('Staging')).toEqual([]);
  expect(await latest()).toEqual(['2', '5']);
  expect(await latest('Shadow')).toBe('INVALID_PARAMETER_VALUE');
  expect((await get('registered-models/alias', { name: 'm', alias: 'latest' })).body.model_version.version).toBe('5');
});

test('stages follow the rules of the model: gates first, and the archive is left through Staging', async () => {
  await aModel('m');
  await aClientVersion('m');
  const move = (stage: string, more: object = {}) =>
    post('model-versions/transition-stage', {
      name: 'm',
      version: '1',
      stage,
      archive_existing_versions: false,
      ...more,
    });
  expect(codes(await move('Production'))).toEqual([403, 'PERMISSION_DENIED']);
  await conclude('m', 1);
  expect((await move('production')).body.model_version.current_stage).toBe('Production');
  expect((await move('Archived')).body.model_version.current_stage).toBe('Archived');
  const skipped = await move('Production');
  expect(codes(skipped)).toEqual([403, 'PERMISSION_DENIED']);
  expect(skipped.body.message).toBe(
    'Version 1 of "m" may not move to Production: from Archived it may move to None, Staging.',
  );
  expect(codes(await move('Nowhere'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  expect(codes(await move('None', { archive_existing_versions: true }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
});

test('stages of its own: an admin sets them as data, and they count from then on', async () => {
  await aModel('m');
  await aClientVersion('m');
  await conclude('m', 1);
  const value = JSON.stringify({
    stages: ['None', 'QA', 'Live'],
    moves: { None: ['QA'], QA: ['Live'] },
    gated: ['Live'],
  });
  const tag = { name: 'm', key: 'laurel.stageRules', value };
  expect(codes(await post('registered-models/set-tag', tag))).toEqual([403, 'PERMISSION_DENIED']);
  expect(codes(await post('registered-models/set-tag', { ...tag, value: '{}' }, 'admin'))).toEqual([
    400,
    'INVALID_PARAMETER_VALUE',
  ]);
  expect(codes(await post('registered-models/set-tag', tag, 'admin'))).toEqual([200, undefined]);
  const move = (stage: string) =>
    post('model-versions/transition-stage', { name: 'm', version: '1', stage, archive_existing_versions: false });
  expect(codes(await move('Live'))).toEqual([403, 'PERMISSION_DENIED']);
  expect((await move('qa')).body.model_version.current_stage).toBe('QA');
  expect((await move('Live')).body.model_version.current_stage).toBe('Live');
  const found = await post('registered-models/get-latest-versions', { name: 'm', stages: ['live'] });
  expect(found.body.model_versions).toMatchObject([{ version: '1' }]);
});

test('aliases: set, moved, taken, resolved; reserved ones and champion before the gates are refused', async () => {
  await aModel('m');
  await aClientVersion('m');
  await aClientVersion('m');
  const set = (alias: string, version = '1') => post('registered-models/alias', { name: 'm', alias, version });
  for (const alias of ['v1', 'V2', 'latest', 'Latest', '1.4.0', 'a b', '', 'a'.repeat(256), '../x']) {
    expect([alias, ...codes(await set(alias))]).toEqual([alias, 400, 'INVALID_PARAMETER_VALUE']);
  }
  expect(codes(await set('champion'))).toEqual([403, 'PERMISSION_DENIED']);
  await conclude('m', 1);
  expect(codes(await set('champion'))).toEqual([200, undefined]);
  expect(codes(await set('blue', '2'))).toEqual([200, undefined]);
  expect(codes(await set('blue', '1'))).toEqual([200, undefined]);
  expect(codes(await set('blue', '9'))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  const resolved = await get('registered-models/alias', { name: 'm', alias: 'blue' });
  expect(resolved.body.model_version).toMatchObject({ version: '1', aliases: ['blue', 'champion'] });
  await send('DELETE', 'registered-models/alias', { name: 'm', alias: 'blue' });
  expect(codes(await get('registered-models/alias', { name: 'm', alias: 'blue' }))).toEqual([
    400,
    'INVALID_PARAMETER_VALUE',
  ]);
});

describe('a Laurel project in the registry', () => {
  beforeEach(async () => {
    await applied(world);
    await crownVersion(world.db, await aVersion(world.db, 'churn'), 1);
    await world.db.routing.endRollout({ rollout: 'churn/1', outcome: 'promoted', cause: null, evidenceId: null });
    await aVersion(world.db, 'churn');
  });

  const move = (version: string, stage: string) =>
    post('model-versions/transition-stage', { name: 'churn', version, stage, archive_existing_versions: true });
  const set = (alias: string, version: string) => post('registered-models/alias', { name: 'churn', alias, version });

  test('its versions, champion and stages are there without anybody having registered them', async () => {
    const { body } = await get('registered-models/get', { name: 'churn' });
    expect(body.registered_model).toMatchObject({
      aliases: [{ alias: 'champion', version: '1' }],
      latest_versions: [
        { version: '1', current_stage: 'Production', status: 'READY' },
        { version: '2', current_stage: 'None', tags: [{ key: 'laurel.semver', value: '1.0.1' }] },
      ],
    });
    const semver = await post('registered-models/get-latest-versions', { name: 'churn', stages: ['1.0.1'] });
    expect(semver.body.model_versions).toMatchObject([{ version: '2' }]);
  });

  test.each(['alias', 'stage'])(
    'asking for the champion by %s starts a rollout and changes nothing itself',
    async (by) => {
      const answer = await (by === 'alias' ? set('champion', '2') : move('2', 'Production'));
      expect(codes(answer)).toEqual([200, undefined]);
      expect(world.orchestrator.asked('requestPromotion')).toMatchObject([
        [{ endpoint: 'churn', challenger: { version: 2 }, requestedBy: 'the operator' }],
      ]);
      const champion = await get('registered-models/alias', { name: 'churn', alias: 'champion' });
      expect(champion.body.model_version).toMatchObject({ version: '1', current_stage: 'Production' });
    },
  );

  test('asking for what is champion already starts nothing', async () => {
    expect(codes(await set('champion', '1'))).toEqual([200, undefined]);
    expect(codes(await move('1', 'Production'))).toEqual([200, undefined]);
    expect(world.orchestrator.asked('requestPromotion')).toEqual([]);
  });

  test('a version whose gates failed, or that is not packaged, never becomes champion this way', async () => {
    await aVersion(world.db, 'churn', { gatesPassed: false });
    await aClientVersion('churn');
    await conclude('churn', 4);
    for (const version of ['3', '4']) {
      expect(codes(await set('champion', version))).toEqual([403, 'PERMISSION_DENIED']);
      expect(codes(await move(version, 'Production'))).toEqual([403, 'PERMISSION_DENIED']);
    }
    expect(world.orchestrator.asked('requestPromotion')).toEqual([]);
    world.orchestrator.failNext('requestPromotion', new LaurelError('RolloutInProgress', 'one is running'));
    expect(codes(await set('champion', '2'))).toEqual([403, 'PERMISSION_DENIED']);
  });

  test('what only a rollout gives or takes is refused with what to do', async () => {
    const refused = [
      await set('challenger', '2'),
      await set('baseline', '2'),
      await set('Champion', '2'),
      await send('DELETE', 'registered-models/alias', { name: 'churn', alias: 'champion' }),
      await move('2', 'Staging'),
      await move('1', 'Archived'),
      await send('DELETE', 'registered-models/delete', { name: 'churn' }),
      await post('registered-models/rename', { name: 'churn', new_name: 'x' }),
      await send('DELETE', 'model-versions/delete', { name: 'churn', version: '2' }),
    ];
    expect(refused.map(codes)).toEqual(refused.map(() => [403, 'PERMISSION_DENIED']));
    expect(refused[0]?.body.message).toContain('laurel rollout start churn');
  });

  test('others of its aliases, descriptions, tags and the archive are free', async () => {
    expect(codes(await set('blue', '2'))).toEqual([200, undefined]);
    expect((await move('2', 'None')).body.model_version.aliases).toEqual(['blue']);
    const archived = await post('model-versions/transition-stage', {
      name: 'churn',
      version: '2',
      stage: 'Archived',
      archive_existing_versions: false,
    });
    expect(archived.body.model_version.current_stage).toBe('Archived');
    expect((await world.db.registry.list('churn', { size: 5, token: null })).items[0]).toMatchObject({
      stage: 'Archived',
    });
    expect(codes(await post('model-versions/set-tag', { name: 'churn', version: '2', key: 'k', value: 'v' }))).toEqual([
      200,
      undefined,
    ]);
    expect(
      codes(
        await post('model-versions/set-tag', { name: 'churn', version: '2', key: 'laurel.semver', value: '9.9.9' }),
      ),
    ).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});

test('searches: filters, orders and pages of models and versions', async () => {
  for (const name of ['alpha', 'beta', 'beta_2', 'Gamma']) await aModel(name);
  await post('registered-models/set-tag', { name: 'beta', key: 'team', value: 'growth' });
  await post('registered-models/set-tag', { name: 'Gamma', key: 'team', value: 'Growth' });
  for (const name of ['alpha', 'beta', 'beta']) await aClientVersion(name);
  await post('model-versions/set-tag', { name: 'beta', version: '2', key: 'a b', value: "it's" });
  const models = async (query: Record<string, string>) => {
    const { body } = await get('registered-models/search', query);
    return body.registered_models?.map(({ name }: { name: string }) => name) ?? body.error_code;
  };
  expect(await models({})).toEqual(['Gamma', 'alpha', 'beta', 'beta_2']);
  expect(await models({ filter: "name LIKE 'beta%'" })).toEqual(['beta', 'beta_2']);
  expect(await models({ filter: "name ILIKE 'g%' AND tags.team = 'Growth'" })).toEqual(['Gamma']);
  expect(await models({ filter: "tags.`team` ILIKE 'growth'", order_by: 'name DESC' })).toEqual(['beta', 'Gamma']);
  expect(await models({ filter: "name IN ('alpha', 'Gamma')" })).toEqual(['Gamma', 'alpha']);
  const versions = async (query: Record<string, string>) => {
    const { body } = await get('model-versions/search', query);
    return (
      body.model_versions?.map(({ name, version }: { name: string; version: string }) => `${name}/${version}`) ??
      body.error_code
    );
  };
  expect(await versions({ order_by: 'name ASC' })).toEqual(['alpha/1', 'beta/2', 'beta/1']);
  expect(await versions({ filter: "name='beta' and version_number > 1" })).toEqual(['beta/2']);
  expect(await versions({ filter: `run_id = '${run}' AND name != 'beta'` })).toEqual(['alpha/1']);
  expect(await versions({ filter: 'tags."a b" = "it\'s"' })).toEqual(['beta/2']);
  expect(await versions({ filter: "source_path LIKE 'runs:/%'", order_by: 'version_number DESC' })).toEqual([
    'beta/2',
    'alpha/1',
    'beta/1',
  ]);
  const page = await get('model-versions/search', { max_results: '2', order_by: 'name ASC' });
  expect(page.body.model_versions).toHaveLength(2);
  const rest = { max_results: '2', order_by: 'name ASC', page_token: page.body.next_page_token };
  expect(await versions(rest)).toEqual(['beta/1']);
});

test('a version is downloaded from the copy that was made of it, and before there is one from its source', async () => {
  await aModel('m');
  const run = (await post('runs/create', { experiment_id: '0' })).body.run.info.run_id;
  const source = `runs:/${run}/model`;
  const tags = [{ key: 'laurel.semver', value: '9.9.9' }];
  await post('model-versions/create', { name: 'm', source, tags });
  await post('model-versions/create', { name: 'm', source: 'models:/m/1' });
  const uri = async (version: string) =>
    (await get('model-versions/get-download-uri', { name: 'm', version })).body.artifact_uri;
  expect(await uri('1')).toBe(`mlflow-artifacts:/0/${run}/artifacts/model`);
  expect(await uri('2')).toBe(`mlflow-artifacts:/0/${run}/artifacts/model`);
  await conclude('m', 1);
  expect(await uri('1')).toMatch(/^mlflow-artifacts:\/versions\/[0-9a-f]{32}\/artifacts$/);
  expect(await uri('2')).toBe(await uri('1'));
  const found = await get('model-versions/get', { name: 'm', version: '1' });
  expect(found.body.model_version.tags).toEqual([{ key: 'laurel.semver', value: '1.0.0' }]);
  await applied(world);
  const { digest } = await aVersion(world.db, 'churn');
  const packaged = await get('model-versions/get-download-uri', { name: 'churn', version: '1' });
  expect(packaged.body.artifact_uri).toBe(`mlflow-artifacts:/packages/${digest.slice(7)}/artifacts`);
});

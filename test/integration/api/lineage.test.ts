import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeVersion } from '@laurel/contracts';
import type { PlannedCircumstances, Split } from '@laurel/domain';
import { type WrittenColumn, writeColumns } from '@laurel/duckdb';
import { laurel } from '../../unit/cli/fake-server.js';
import {
  aPerson,
  aPlan,
  aPrediction,
  applySplit,
  aRunId,
  aVersion,
  crownVersion,
  digestOf,
  gateOf,
  refOf,
} from '../postgres/builders.js';
import { type ApiWorld, aProject, applied, createApiWorld } from './api-world.js';

const runId = aRunId();
const kept = '019a5c3e-7a40-7000-8000-000000000000';
const archived = '019a5c3e-7a40-7000-8000-000000000001';
const hourOf = new Date(Number.parseInt('019a5c3e7a40', 16)).toISOString();
const machine = {
  processor: 'EPYC',
  cores: 2,
  memoryBytes: 2 ** 33,
  architecture: 'x64',
  system: 'linux 6.1',
  gpus: [],
};

const planned: PlannedCircumstances = {
  project: aProject(),
  folder: '/projects/churn',
  dataset: { dataset: 'churn', version: 1, digest: digestOf('churn'), rows: 7_043, table: digestOf('table') },
  parts: {
    train: { digest: digestOf('train'), rows: 4_000 },
    validation: { digest: digestOf('validation'), rows: 1_500 },
    holdout: { digest: digestOf('holdout'), rows: 1_543 },
  },
  source: { digest: digestOf('code'), kept: null, commit: 'c0ffee', branch: 'main', dirty: true },
  laurel: codeVersion,
};

let world: ApiWorld;
let folder: string;
let run: (commandLine: string) => ReturnType<typeof laurel>;
beforeAll(async () => {
  world = await createApiWorld();
  folder = await mkdtemp(join(tmpdir(), 'laurel-lineage-'));
  await world.app.listen(0, '127.0.0.1');
  const env = { LAUREL_API_URL: await world.app.getUrl(), LAUREL_API_KEY: world.keys.viewer, LAUREL_HOME: folder };
  run = (commandLine) => laurel(commandLine, env, folder);
  await applied(world);
  await shipTwoVersions(world);
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A first version; a second one with a whole record, approved and crowned; predictions of the second. */
async function shipTwoVersions({ db }: ApiWorld): Promise<void> {
  await db.datasets.add({
    dataset: 'churn',
    digest: digestOf('churn'),
    rows: 7_043,
    source: 'data/telco_churn.csv',
    schema: { columns: [{ name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false }] },
    statistics: { rows: 7_043, columns: [] },
    table: digestOf('table'),
  });
  await crownVersion(db, await aVersion(db, 'churn'), 1);
  await db.runs.begin({ runId, project: 'churn', trigger: 'ann' });
  await db.circumstances.plan(runId, planned);
  const ranOn = { machine, settings: {} };
  const made = { output: digestOf('output'), model: digestOf('model'), predictions: null, sourceChanged: false };
  await db.circumstances.make(runId, { ...made, environment: digestOf('lock'), ranOn });
  const second = await aVersion(db, 'churn', { runId });
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(second) };
  const plan = aPlan({ approval: { required: true, approvers: 1, expiresAfter: '7d' } });
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan });
  await applySplit(db, rolling, { champion: rollout.champion, weight: 5 });
  await (await aPerson(db, 'ben')).decide('churn/2');
  const split = await db.routing.crown({ ...rolling, fence: 2, evidenceId: gateOf(second), codeVersion });
  await db.fleet.addPredictions([aPrediction({ predictionId: kept, epoch: split.epoch, version: 2 })]);
  await archivePrediction(split);
}

/** A file of the prediction log, as serving processes store them. */
async function archivePrediction({ epoch, arms }: Split): Promise<void> {
  const column = (name: string, type: WrittenColumn['type']) => ({ name, type, list: false, struct: null });
  const columns = [
    column('predictionId', 'VARCHAR'),
    column('at', 'TIMESTAMPTZ'),
    column('epoch', 'BIGINT'),
    column('arm', 'VARCHAR'),
    column('version', 'BIGINT'),
    column('digest', 'VARCHAR'),
  ];
  const at = Date.parse(hourOf);
  const batch = [[archived], [at], [BigInt(epoch)], ['champion'], [2n], [arms[0]?.digest ?? '']];
  await writeColumns({ columns, batches: [batch], path: join(folder, 'log.parquet') });
  const partition = `date=${hourOf.slice(0, 10)}/hour=${hourOf.slice(11, 13)}`;
  const bytes = await readFile(join(folder, 'log.parquet'));
  await world.ports.objects.putNamed(`predictions/endpoint=churn/${partition}/p-1.parquet`, bytes);
}

test.each([
  ['a prediction that a rollout kept', kept],
  ['a prediction in the log', archived],
])('%s leads in one call to data digest, commit, parameters, machine, approval and what it replaced', async (_, id) => {
  const { status, body } = await world.get(`/api/v1/lineage/predictions/${id}`, { as: 'viewer' });
  expect(status).toBe(200);
  expect(body.prediction).toMatchObject({ id, endpoint: 'churn', arm: 'champion', version: 2 });
  expect(body.items).toEqual([
    {
      run: expect.objectContaining({
        runId,
        trigger: 'ann',
        parameters: planned.project.spec.training.parameters,
        seed: planned.project.spec.training.seed,
        code: { commit: 'c0ffee', branch: 'main', dirty: true, digest: digestOf('code') },
        environment: digestOf('lock'),
        machine,
      }),
      data: expect.objectContaining({
        digest: digestOf('churn'),
        rows: 7_043,
        columns: [{ name: 'tenure', kind: 'numeric' }],
      }),
      version: expect.objectContaining({
        version: 2,
        stage: 'Production',
        aliases: ['champion'],
        gates: [expect.objectContaining({ id: 'churn/versions/2/gate', verdict: 'pass' })],
        rollouts: [
          expect.objectContaining({
            id: 'churn/2',
            status: 'promoted',
            approvals: [expect.objectContaining({ by: 'ben', evidenceId: 'churn/2/approval/ben' })],
          }),
        ],
        reigns: [expect.objectContaining({ endpoint: 'churn', endedAt: null, replaced: { ...aRef(1) } })],
      }),
    },
  ]);
});

const aRef = (version: number) => ({ version, digest: expect.stringMatching(/^sha256:/), semver: expect.any(String) });

test('a version, its run and its dataset lead to each other', async () => {
  const of = async (path: string) => (await world.get(`/api/v1/lineage/${path}`)).body.items;
  const [byVersion] = await of('versions/churn/2');
  expect(await of(`runs/${runId}`)).toEqual([byVersion]);
  const byDataset = await of('datasets/churn/1');
  expect(byDataset.map((item: { version: { version: number } }) => item.version.version)).toEqual([2, 1]);
  expect(byDataset[0]).toEqual(byVersion);
});

test('a run that registered nothing still says what it was made of', async () => {
  const lost = aRunId();
  await world.db.runs.begin({ runId: lost, project: 'churn', trigger: 'ann' });
  await world.db.circumstances.plan(lost, planned);
  const { items } = (await world.get(`/api/v1/lineage/runs/${lost}`)).body;
  expect(items).toMatchObject([{ version: null, data: { version: 1 }, run: { runId: lost, machine: null } }]);
});

test.each([
  ['predictions/019a5c3e-7a40-7000-8000-00000000ffff', 'not be stored yet'],
  ['versions/churn/99', 'version 99 of model "churn"'],
  [`runs/${'0'.repeat(32)}`, 'run 000'],
  ['datasets/nothing/1', 'version 1 of dataset "nothing"'],
])('%s is not on record, which is said in one sentence', async (path, sentence) => {
  const { status, body } = await world.get(`/api/v1/lineage/${path}`);
  expect([status, body.detail]).toEqual([404, expect.stringContaining(sentence)]);
});

test.each(['predictions/x', 'versions/..%2f/1', 'runs/%00', 'datasets/churn/0'])('%s is no name', async (path) => {
  expect((await world.get(`/api/v1/lineage/${path}`)).body.code).toBe('InvalidInput');
});

test('laurel lineage draws the way from a prediction to data, commit and approval', async () => {
  const { code, out } = await run(`lineage ${archived}`);
  expect(code).toBe(0);
  expect(out).toMatch(/^prediction 019a5c3e-7a40-7000-8000-000000000001, answered .* by the champion of churn/);
  for (const line of [
    /└─ version churn\/2 \(1\.0\.1\), sha256:[0-9a-f]{64}, Production, champion/,
    /├─ code commit c0ffee \(main, with changes\)/,
    /├─ data churn version 1, sha256:[0-9a-f]{64}/,
    /└─ approved by ben .*, evidence churn\/2\/approval\/ben/,
    /champion of churn from .* until now, after version 1/,
  ]) {
    expect(out).toMatch(line);
  }
});

test('laurel lineage traces versions, runs and datasets, and refuses what names nothing', async () => {
  for (const subject of ['churn/2', runId, 'dataset:churn/1']) {
    expect((await run(`lineage ${subject}`)).out).toContain('data churn version 1');
  }
  const { code, side } = await run('lineage nonsense');
  expect([code, side]).toEqual([2, expect.stringContaining('names nothing to trace')]);
});

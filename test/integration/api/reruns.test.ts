import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import { aRunId } from '../postgres/builders.js';
import { type ApiWorld, aProject, applied, createApiWorld } from './api-world.js';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const part = { digest, rows: 1 };

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  await applied(world);
  await applied(world, 'fraud');
});
afterAll(() => world.close());

/** A run of a project that has begun, with what it recorded. */
async function aRun(project: string, { leftModel = false, ended = true } = {}): Promise<string> {
  const { runs, circumstances } = world.db;
  const runId = aRunId();
  await runs.begin({ runId, project, trigger: 'x' });
  const source = { digest, kept: null, commit: null, branch: null, dirty: false };
  const dataset = { dataset: project, version: 1, digest, rows: 3, table: digest };
  const parts = { train: part, validation: part, holdout: part };
  await circumstances.plan(runId, {
    project: aProject(project),
    folder: '/',
    dataset,
    parts,
    source,
    laurel: '0.1.0',
  });
  const made = {
    output: digest,
    model: digest,
    predictions: null,
    environment: null,
    ranOn: null,
    sourceChanged: false,
  };
  if (leftModel) await circumstances.make(runId, made);
  if (ended) await runs.update(runId, { status: leftModel ? 'registered' : 'rejected', ended: true });
  return runId;
}

const repeat = (project: string, rerunOf: string) => world.post(`/api/v1/projects/${project}/runs`, { rerunOf });

test('a run that left a model is repeated, and nothing of it is rolled out', async () => {
  const of = await aRun('churn', { leftModel: true });
  expect((await repeat('churn', of)).status).toBe(202);
  const [project, trigger] = world.orchestrator.asked('fireTrigger').at(-1) ?? [];
  expect(project).toBe('churn');
  expect(trigger).toMatchObject({ rerun: { of, seed: null }, rollOut: false, from: null });
});

test('a run that cannot be repeated is one sentence: why, which, and what next', async () => {
  const sweep = aRunId();
  await world.db.runs.begin({ runId: sweep, project: 'churn', trigger: 'x', work: { kind: 'sweep' } });
  const [unknown, foreign] = [aRunId(), await aRun('fraud', { leftModel: true })];
  const [running, failed] = [await aRun('churn', { ended: false }), await aRun('churn')];
  const cases: readonly [string, string, string][] = [
    [unknown, 'NotFound', `There is no run ${unknown} of churn; list its runs with laurel get runs churn.`],
    [foreign, 'NotFound', `Run ${foreign} is one of fraud, not of churn; ask laurel train fraud --rerun ${foreign}.`],
    [
      running,
      'NotRepeatable',
      `Run ${running} has not ended; wait for it with laurel get run ${running}, then repeat it.`,
    ],
    [
      failed,
      'NotRepeatable',
      `Run ${failed} ended as rejected and has no record of a training that left a model; repeat another one that laurel get runs churn lists.`,
    ],
    [
      sweep,
      'NotRepeatable',
      `Run ${sweep} is a sweep; repeat one of the trials that laurel sweep results ${sweep} lists.`,
    ],
  ];
  const before = world.orchestrator.asked('fireTrigger').length;
  for (const [of, code, detail] of cases) expect((await repeat('churn', of)).body).toMatchObject({ code, detail });
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(before);
});

test('a seed without a run to repeat, or a step with one, is refused', async () => {
  const url = '/api/v1/projects/churn/runs';
  expect((await world.post(url, { seed: 3 })).body.detail).toContain('seed needs rerunOf');
  const both = await world.post(url, { rerunOf: aRunId(), from: 'train' });
  expect(both.body.detail).toContain('give either from or rerunOf');
});

test('a repetition that could not be asked for may be asked for again under its key', async () => {
  const rerunOf = await aRun('churn', { leftModel: true });
  const ask = () => world.post('/api/v1/projects/churn/runs', { rerunOf, key: 'again' });
  world.orchestrator.failNext('fireTrigger', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  expect((await ask()).status).toBe(503);
  expect((await ask()).body.created).toBe(true);
});

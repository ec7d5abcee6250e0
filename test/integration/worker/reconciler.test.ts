import type { JobLauncher } from '@laurel/ports';
import { createLogger } from '@laurel/telemetry';
import { createReconciler } from '@laurel/worker';
import { exampleProject } from '../../support/example-project.js';
import { createRecordingOrchestrator } from '../../support/recording-orchestrator.js';
import { aPlan, applySplit, aRunId, aVersion, crownVersion, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';
import { askedSweep } from '../postgres/given-sweeps.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

function aReconciler(running: readonly string[] = []) {
  const orchestrator = createRecordingOrchestrator();
  const removed: string[] = [];
  const jobs: Pick<JobLauncher, 'running' | 'remove'> = {
    running: async () => running,
    remove: async (name) => void removed.push(name),
  };
  const log = createLogger({ process: 'test', level: 'silent' });
  return {
    reconciler: createReconciler({ ...db, orchestrator, jobs: jobs as JobLauncher }, log),
    orchestrator,
    removed,
  };
}

/** A canary of 5 % whose rollout began a minute ago. */
async function anOldCanary() {
  const champion = await aVersion(db, 'churn');
  await crownVersion(db, champion, 1);
  const challenger = await aVersion(db, 'churn');
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(challenger) };
  await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  await applySplit(db, rolling, { champion: refOf(champion), weight: 5 });
  await db.query("update rollouts set started_at = now() - interval '1 minute'");
  return { champion, challenger };
}

test('a rollout whose workflow was terminated is restored, ended and told to the audit log', async () => {
  const { champion } = await anOldCanary();
  const { reconciler, orchestrator } = aReconciler();
  orchestrator.answerNext('workflowStatus', 'closed');
  await reconciler.pass();
  expect((await db.routing.current('churn'))?.arms).toMatchObject([{ version: champion.version, weight: 100 }]);
  expect(await db.rollouts.find('churn/2')).toMatchObject({ status: 'rolledBack' });
  const { items } = await db.audit.list({ size: 50, token: null });
  expect(items.map(({ action }) => action)).toContain('rollout.reconciled');
  expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
});

test('a rollout whose workflow runs is left alone', async () => {
  await anOldCanary();
  await aReconciler().reconciler.pass();
  expect(await db.rollouts.find('churn/2')).toMatchObject({ status: 'running' });
});

test('a run without its workflow is closed as failed, and its job is stopped', async () => {
  const runId = aRunId();
  await db.runs.begin({ runId, project: 'churn', trigger: 'by hand' });
  await db.query("update runs set started_at = now() - interval '1 minute'");
  const { reconciler, orchestrator, removed } = aReconciler([`churn-${runId}`]);
  orchestrator.answerNext('workflowStatus', 'closed');
  await reconciler.pass();
  expect(await db.runs.find(runId)).toMatchObject({ status: 'failed', code: 'Internal' });
  expect(removed).toEqual([`churn-${runId}`]);
});

test('a trigger whose inserter died before it could signal is fired', async () => {
  const runId = aRunId();
  await db.triggers.insert({ key: 'new rows', project: 'churn', kind: 'newData', runId });
  const { reconciler, orchestrator } = aReconciler();
  await reconciler.pass();
  expect(orchestrator.asked('fireTrigger')).toEqual([]);
  await db.query("update triggers set created_at = now() - interval '1 minute'");
  await reconciler.pass();
  expect(orchestrator.asked('fireTrigger')).toMatchObject([['churn', { key: 'new rows', kind: 'newData', runId }]]);
});

test('a sweep that was stored and never begun is started', async () => {
  await db.projects.apply(await exampleProject(), { folder: '/p', digest: `sha256:${'0'.repeat(64)}`, actor: 'test' });
  const runId = await askedSweep(db);
  const { reconciler, orchestrator } = aReconciler();
  await reconciler.pass();
  expect(orchestrator.asked('startSweep')).toEqual([]);
  await db.query("update sweeps set asked_at = now() - interval '1 minute'");
  await reconciler.pass();
  expect(orchestrator.asked('startSweep')).toMatchObject([[{ runId, folder: '/p', requestedBy: 'test' }]]);
});

test('a trial whose workflow is gone is closed with its run, and its job is stopped', async () => {
  const sweep = await askedSweep(db);
  const runId = aRunId();
  await db.sweeps.addTrial({ sweep, number: 4, runId, parameters: { max_depth: 1 } });
  await db.runs.begin({ runId, project: 'churn', trigger: 'x', work: { kind: 'trial', parent: sweep, number: 4 } });
  await db.query("update runs set started_at = now() - interval '1 minute'");
  const { reconciler, orchestrator, removed } = aReconciler([`churn-${runId}`]);
  orchestrator.answerNext('workflowStatus', 'closed');
  await reconciler.pass();
  expect(orchestrator.asked('workflowStatus')).toEqual([[`trial/churn/${sweep}/4`]]);
  expect(removed).toEqual([`churn-${runId}`]);
  expect(await db.runs.find(runId)).toMatchObject({ status: 'failed' });
  expect(await db.sweeps.findTrial(sweep, 4)).toMatchObject({ state: 'failed', code: 'Internal' });
});

test('a version that waits for its gates without a workflow gets one', async () => {
  await db.modelRegistry.createModel({ name: 'm', description: null, tags: [], actor: 'test' });
  const source = {
    source: `runs:/${aRunId()}/x`,
    runId: null,
    runLink: null,
    modelId: null,
    description: null,
    tags: [],
  };
  await db.modelRegistry.createVersion({ name: 'm', ...source, actor: 'test' });
  const { reconciler, orchestrator } = aReconciler();
  await reconciler.pass();
  expect(orchestrator.asked('startRegistration')).toEqual([]);
  await db.query('alter table registered_versions disable trigger registered_versions_are_immutable');
  await db.query("update registered_versions set created_at = now() - interval '1 minute'");
  orchestrator.answerNext('workflowStatus', 'absent');
  await reconciler.pass();
  expect(orchestrator.asked('startRegistration')).toEqual([[{ name: 'm', version: 1 }]]);
  await reconciler.pass();
  expect(orchestrator.asked('startRegistration')).toHaveLength(1);
});

test('a run that converts a registered model is looked for under the registration’s workflow', async () => {
  const runId = aRunId();
  await db.runs.begin({ runId, project: 'churn', trigger: 'register/3' });
  await db.query("update runs set started_at = now() - interval '1 minute'");
  const { reconciler, orchestrator } = aReconciler();
  await reconciler.pass();
  expect(orchestrator.asked('workflowStatus')).toContainEqual(['register/churn/3']);
  expect(await db.runs.find(runId)).toMatchObject({ status: 'running' });
});

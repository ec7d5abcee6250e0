import { type SweepModel, type TrialOutcome, taskQueues, workflowIds } from '@laurel/contracts';
import { firstAttempt } from '@laurel/domain';
import { endTrial } from '../../../activities/src/sweep/end-trial.js';
import { aRunId } from '../../integration/postgres/builders.js';
import { aSweepSpec } from '../../integration/postgres/given-sweeps.js';
import { exampleProject } from '../../support/example-project.js';
import { eventually, quietRuntime } from '../../support/workflow-world.js';
import { closeGround, digestOfRun, openGround, type SweepWorld, withSweeps } from './sweep-world.js';

quietRuntime();

beforeAll(openGround);
afterAll(closeGround);

const nothing = { gpuHours: null, duration: null, steps: null };
const endless = { count: 10_000, milliseconds: 50 };

/** A trial of a stored sweep that has been asked for and has not begun. */
async function askedTrial({ db, project }: SweepWorld) {
  const [sweep, runId] = [aRunId(), aRunId()];
  await db.sweeps.ask({ runId: sweep, project, key: sweep, spec: aSweepSpec, requestedBy: 'test', rollOut: false });
  await db.sweeps.addTrial({ sweep, number: 0, runId, parameters: { max_depth: 3 } });
  const example = await exampleProject();
  const model = { ...example, metadata: { ...example.metadata, name: project } };
  const part = { digest: digestOfRun(runId), rows: 1 };
  const dataset = { dataset: project, version: 1, digest: part.digest, rows: 3, table: part.digest };
  const parts = { train: part, validation: part, holdout: part };
  return { trial: { project, sweep, number: 0, runId }, model, sweep: aSweepSpec, folder: '/', dataset, parts };
}

test('a budget that a trial has spent stops those that still run, and the best so far is registered', async () => {
  const space = { max_depth: { values: [4, 8] } };
  const sweep = { algorithm: 'grid', space, trials: 2, parallel: 2, budget: { ...nothing, steps: 5 } } as const;
  const steps = ({ max_depth }: { readonly [name: string]: unknown }) =>
    max_depth === 4 ? { count: 5, milliseconds: 200 } : endless;
  await withSweeps({ sweep, steps }, async ({ db, lines, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'registered' });
    const [fast, slow] = (await trials(runId)).toSorted((a, b) => a.steps - b.steps || a.number - b.number);
    const all = [fast, slow];
    const stopped = all.find((trial) => trial?.parameters['max_depth'] === 8);
    expect(all.find((trial) => trial?.parameters['max_depth'] === 4)?.state).toBe('complete');
    expect(stopped).toMatchObject({
      state: 'pruned',
      message: 'stopped by the sweep: its budget of 5 steps is spent',
    });
    expect(lines).toContain(`removed ${stopped?.runId}`);
    expect((await db.sweeps.find(runId))?.message).toBe('The budget of 5 steps is spent after 2 of 2 trials.');
  });
});

test('when its time is up a sweep stops all of its trials', async () => {
  const sweep = { budget: { ...nothing, duration: '3s' } };
  await withSweeps({ sweep, steps: endless }, async ({ db, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'rejected', step: 'evaluate', code: 'SweepWithoutResult' });
    const message = 'stopped by the sweep: its budget of 3s is spent';
    const all = await trials(runId);
    expect(all.map((trial) => [trial.state, trial.message])).toEqual([
      ['pruned', message],
      ['pruned', message],
    ]);
    expect((await db.runs.find(all[0]?.runId ?? ''))?.status).toBe('pruned');
  });
});

test('a sweep whose trials all ended in time says nothing of its budget', async () => {
  const sweep = { trials: 2, parallel: 1, budget: { ...nothing, steps: 2 } };
  await withSweeps({ sweep }, async ({ db, start, end }) => {
    const runId = await start();
    await end(runId);
    expect((await db.sweeps.find(runId))?.message).toBeNull();
  });
});

test('a sweep that is cancelled before it began has a run that says so', async () => {
  await withSweeps({}, async ({ db, project, world }) => {
    const runId = aRunId();
    await db.sweeps.ask({ runId, project, key: runId, spec: aSweepSpec, requestedBy: 'test', rollOut: true });
    const base = await exampleProject();
    const model = { ...base, metadata: { ...base.metadata, name: project } };
    const input: SweepModel = {
      project: model,
      folder: '/',
      runId,
      sweep: aSweepSpec,
      requestedBy: 'test',
      rollOut: true,
      state: null,
    };
    const handle = await world.client.workflow.start('sweepModel', {
      taskQueue: taskQueues.control,
      workflowId: workflowIds.sweep(project, runId),
      startDelay: '1s',
      args: [input],
    });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(await db.sweeps.find(runId)).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) });
  });
});

test('a trial that is cancelled before it began has a run that says so', async () => {
  await withSweeps({}, async (at) => {
    const asked = await askedTrial(at);
    const { project, sweep, runId } = asked.trial;
    const handle = await at.world.client.workflow.start('trial', {
      taskQueue: taskQueues.control,
      workflowId: workflowIds.trial(project, sweep, 0),
      startDelay: '1s',
      args: [asked],
    });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect((await at.db.runs.find(runId))?.status).toBe('cancelled');
    expect(await at.trials(sweep)).toMatchObject([{ state: 'cancelled' }]);
  });
});

test('an order to stop a trial outlives the history it came to', async () => {
  await withSweeps({ steps: endless }, async (at) => {
    const asked = await askedTrial(at);
    const { project, sweep, runId } = asked.trial;
    await at.db.runs.begin({ runId, project, trigger: 'x', work: { kind: 'trial', parent: sweep, number: 0 } });
    const policy = { maximumAttempts: 1, spot: false, fallbackAfterPreemptions: 1, deadlineMilliseconds: 1 };
    const stop = 'stopped by ann: too slow';
    const outcome = await at.world.client.workflow.execute<() => Promise<TrialOutcome>>('trial', {
      taskQueue: taskQueues.control,
      workflowId: workflowIds.trial(project, sweep, 0),
      args: [{ ...asked, carried: { attempts: firstAttempt(policy), cost: null, stop } }] as never,
    });
    expect(outcome.result).toEqual({ kind: 'pruned', reason: stop });
  });
});

test('a trial that is terminated by hand is a failed trial, and the sweep goes on', async () => {
  const steps = ({ max_depth }: { readonly [name: string]: unknown }) =>
    max_depth === 8 ? endless : { count: 1, milliseconds: 0 };
  const sweep = { algorithm: 'grid', space: { max_depth: { values: [4, 8] } }, trials: 2, parallel: 2 } as const;
  await withSweeps({ sweep, steps }, async ({ project, world, start, end, trials }) => {
    const runId = await start();
    const slow = async () => (await trials(runId)).find(({ parameters }) => parameters['max_depth'] === 8);
    await eventually('the slow one is asked', async () => (await slow()) !== undefined);
    const workflowId = workflowIds.trial(project, runId, (await slow())?.number ?? 0);
    await eventually('it runs', async () => (await world.orchestrator.workflowStatus(workflowId)) === 'running');
    await world.client.workflow.getHandle(workflowId).terminate();
    expect(await end(runId)).toMatchObject({ kind: 'registered' });
    expect(await slow()).toMatchObject({
      state: 'failed',
      code: 'Cancelled',
      message: expect.stringContaining(`see ${workflowId} in Temporal`),
    });
  });
});

test('the end of a trial that never began its run is told all the same', async () => {
  await withSweeps({}, async (at) => {
    const asked = await askedTrial(at);
    const sampler = { tell: async () => undefined, importance: async () => [] };
    const ports = { ...at.db, sampler } as unknown as Parameters<typeof endTrial>[0];
    const result = { kind: 'failed', code: 'Cancelled', message: 'terminated' } as const;
    expect(await endTrial(ports, { ...asked, result })).toMatchObject({ result });
    expect((await at.db.runs.find(asked.trial.runId))?.status).toBe('rejected');
  });
});

import { workflowIds } from '@laurel/contracts';
import { eventually, quietRuntime, type WorkflowWorld } from '../../support/workflow-world.js';
import { closeGround, digestOfRun, openGround, withSweeps } from './sweep-world.js';

quietRuntime();

beforeAll(openGround);
afterAll(closeGround);

const stopping = { every: 1, reduction: 4, maxSteps: null };

test('a sweep runs its trials as nested runs, registers the best one and asks for its rollout', async () => {
  await withSweeps({}, async ({ db, project, lines, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'registered', gatesPassed: true });
    const all = await trials(runId);
    expect(all.map(({ number, state }) => [number, state])).toEqual([0, 1, 2, 3].map((number) => [number, 'complete']));
    const best = all.toSorted((a, b) => (b.values?.[0] ?? 0) - (a.values?.[0] ?? 0) || a.number - b.number)[0];
    expect(lines.slice(-2)).toEqual([`register ${best?.runId}`, 'request rollout']);
    expect(await db.sweeps.find(runId)).toMatchObject({
      status: 'registered',
      version: 1,
      registeredTrial: best?.number,
      message: null,
    });
    const nested = await Promise.all(all.map((trial) => db.runs.find(trial.runId)));
    for (const [number, run] of nested.entries()) {
      expect(run).toMatchObject({ status: 'finished', work: { kind: 'trial', parent: runId, number } });
    }
    const listed = await db.runs.list(project, { size: 10, token: null });
    expect(listed.items.map((run) => run.runId)).toEqual([runId]);
  });
});

test('without --roll-out, or with failed gates, the best version is registered only', async () => {
  await withSweeps({ gatesPassed: false }, async ({ lines, start, end }) => {
    await end(await start());
    expect(lines).not.toContain('request rollout');
  });
  await withSweeps({}, async ({ lines, start, end }) => {
    await end(await start({ rollOut: false }));
    expect(lines).not.toContain('request rollout');
  });
});

test('a trial whose trainer fails is a failed trial, and the others go on', async () => {
  const fails = ({ max_depth }: { readonly [name: string]: unknown }) =>
    Number(max_depth) < 4 ? 'TrainerFailed' : null;
  await withSweeps({ fails, sweep: { trials: 12 } }, async ({ db, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'registered' });
    for (const trial of await trials(runId)) {
      const failed = Number(trial.parameters['max_depth']) < 4;
      expect(trial).toMatchObject(
        failed
          ? { state: 'failed', code: 'TrainerFailed', message: 'the trainer says TrainerFailed' }
          : { state: 'complete', package: digestOfRun(trial.runId) },
      );
      expect((await db.runs.find(trial.runId))?.status).toBe(failed ? 'rejected' : 'finished');
    }
  });
});

test('a sweep whose every trial fails is given up after a few, with the reason of the first', async () => {
  await withSweeps({ fails: () => 'TrainerFailed', sweep: { trials: 40 } }, async ({ db, start, end, trials }) => {
    const runId = await start();
    const message = 'Each of the first 6 trials failed; the first one: the trainer says TrainerFailed';
    expect(await end(runId)).toEqual({ kind: 'rejected', step: 'train', code: 'TrainerFailed', message });
    expect((await trials(runId)).length).toBeLessThan(9);
    expect(await db.sweeps.find(runId)).toMatchObject({ status: 'rejected', code: 'TrainerFailed', message });
  });
});

test('a spent budget starts no more trials, and the best so far is registered', async () => {
  const steps = { count: 10, milliseconds: 1 };
  const sweep = { trials: 40, parallel: 1, budget: { gpuHours: null, duration: null, steps: 35 } };
  await withSweeps({ steps, sweep }, async ({ db, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'registered' });
    expect(await trials(runId)).toHaveLength(4);
    expect((await db.sweeps.find(runId))?.message).toBe('The budget of 35 steps is spent after 4 of 40 trials.');
  });
});

test('a grid ends with its last point, each of them once', async () => {
  const space = { max_depth: { values: [2, 5, 8] }, learning_rate: { values: [0.1, 0.3] } };
  await withSweeps({ sweep: { algorithm: 'grid', space, trials: 10 } }, async ({ db, start, end, trials }) => {
    const runId = await start();
    await end(runId);
    expect((await db.sweeps.find(runId))?.message).toBe('The grid has 6 points, and each has run.');
    const all = await trials(runId);
    expect(new Set(all.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(6);
    expect(all).toHaveLength(6);
  });
});

test('a trial that is behind is stopped, its job with it, and ends as pruned', async () => {
  const earlyStopping = { ...stopping, kind: 'asha', metric: 'auc', goal: 'maximize', minSteps: 2 } as const;
  const reading = ({ learning_rate }: { readonly [name: string]: unknown }, step: number) =>
    step * Number(learning_rate);
  const sweep = { algorithm: 'asha', trials: 6, parallel: 1, earlyStopping } as const;
  const steps = { count: 15, milliseconds: 250 };
  await withSweeps({ sweep, steps, reading }, async ({ db, lines, start, end, trials }) => {
    const runId = await start();
    expect(await end(runId)).toMatchObject({ kind: 'registered' });
    const all = await trials(runId);
    const pruned = all.filter(({ state }) => state === 'pruned');
    expect(pruned.length).toBeGreaterThan(0);
    expect(all[0]?.state).toBe('complete');
    for (const trial of pruned) {
      expect(trial.message).toMatch(/^behind the others at step \d+, with auc /);
      expect(trial.steps).toBeLessThan(15);
      expect(lines).toContain(`stopped ${trial.runId}`);
      expect(lines).toContain(`removed ${trial.runId}`);
      expect((await db.runs.find(trial.runId))?.status).toBe('pruned');
    }
  });
}, 90_000);

test('early stopping that watches what the trainer does not report is said, with what it does report', async () => {
  const earlyStopping = { ...stopping, kind: 'median', metric: 'loss', goal: 'minimize', minSteps: 1 } as const;
  const steps = { count: 40, milliseconds: 250 };
  const sweep = { trials: 6, parallel: 6, earlyStopping };
  await withSweeps({ sweep, steps, reading: () => 1 }, async ({ start, end }) => {
    const outcome = await end(await start());
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'InvalidProject' });
    expect(outcome).toHaveProperty(
      'message',
      expect.stringContaining(
        'spec.sweep.earlyStopping watches "loss", which the trainer does not report (it reports auc); name one that it reports',
      ),
    );
  });
}, 90_000);

test('a person may stop one trial: it ends as pruned with who asked, and the sweep goes on', async () => {
  const steps = { count: 200, milliseconds: 50 };
  await withSweeps(
    { steps, sweep: { trials: 2, parallel: 2 } },
    async ({ project, world, lines, start, end, trials }) => {
      const runId = await start();
      await eventually('both train', () => lines.filter((line) => line.startsWith('train')).length === 2);
      const order = { by: 'ann', reason: 'too slow' };
      await world.orchestrator.stopTrial({ project, sweep: runId, number: 1 }, order);
      expect(await end(runId)).toMatchObject({ kind: 'registered' });
      expect(await trials(runId)).toMatchObject([
        { state: 'complete' },
        { state: 'pruned', message: 'stopped by ann: too slow' },
      ]);
    },
  );
});

test('a cancelled sweep stops its trials and says so', async () => {
  const steps = { count: 1_000, milliseconds: 50 };
  await withSweeps({ steps }, async ({ db, project, world, lines, start, end, trials }) => {
    const runId = await start();
    await eventually('two train', () => lines.filter((line) => line.startsWith('train')).length === 2);
    await world.orchestrator.cancelSweep(project, runId);
    await expect(end(runId)).rejects.toThrow();
    const all = await trials(runId);
    expect(all.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    for (const trial of all) expect(lines).toContain(`removed ${trial.runId}`);
    expect(await db.sweeps.find(runId)).toMatchObject({ status: 'cancelled', version: null });
  });
});

test('a second sweep learns from the first on the same data; a first one with a warm start is refused', async () => {
  await withSweeps({ sweep: { algorithm: 'tpe' } }, async ({ db, project, start, end }) => {
    const cold = await end(await start({ sweep: { warmStart: { runs: 3 } } }));
    expect(cold).toMatchObject({
      kind: 'rejected',
      step: 'snapshot',
      code: 'InvalidProject',
      message: expect.stringContaining(`spec.sweep.warmStart asks for 3 finished trials, and ${project} has none`),
    });
    await end(await start());
    const warm = await start({ sweep: { warmStart: { runs: 3 } } });
    expect(await end(warm)).toMatchObject({ kind: 'registered' });
    const known = await db.query<{ count: string }>(
      `select count(*) from laurel_sampler.trial_user_attributes join laurel_sampler.trials using (trial_id)
       join laurel_sampler.studies using (study_id) where key = 'laurel:known' and study_name = $1`,
      [warm],
    );
    expect(known[0]?.count).toBe('3');
  });
});

test('with several goals the front is kept, and the best in the first one is registered', async () => {
  const objectives = [
    { metric: 'rocAuc', goal: 'maximize' },
    { metric: 'brier', goal: 'minimize' },
  ] as const;
  const values = ({ max_depth }: { readonly [name: string]: unknown }) => [Number(max_depth), Number(max_depth) / 10];
  await withSweeps(
    { values, sweep: { algorithm: 'nsga2', trials: 6, objectives } },
    async ({ lines, start, end, trials }) => {
      const runId = await start();
      await end(runId);
      const deepest = (await trials(runId)).toSorted((a, b) => (b.values?.[0] ?? 0) - (a.values?.[0] ?? 0))[0];
      expect(lines).toContain(`register ${deepest?.runId}`);
    },
  );
});

/** What a sweep was started with. */
async function inputOf({ client }: WorkflowWorld, workflowId: string): Promise<{ readonly sweep: object }> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const begun = events?.find(({ workflowExecutionStartedEventAttributes: attributes }) => attributes);
  const payloads = begun?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payloads[0]?.data ?? []).toString());
}

test('a sweep that is run over again after it was lost runs no trial twice', async () => {
  await withSweeps({}, async ({ project, world, lines, start, end, trials }) => {
    const runId = await start();
    const first = await end(runId);
    const input = await inputOf(world, workflowIds.sweep(project, runId));
    const again = await world.client.workflow.execute('sweepModel', {
      taskQueue: 'laurel-control',
      workflowId: `${workflowIds.sweep(project, runId)}/again`,
      args: [input],
    });
    expect(again).toEqual(first);
    expect(lines.filter((line) => line.startsWith('train'))).toHaveLength((await trials(runId)).length);
  });
});

test('a sweep that goes on in a new history keeps its data, its numbers and its counts', async () => {
  await withSweeps({ fails: () => 'TrainerFailed' }, async ({ project, world, start, end, trials }) => {
    const first = await start();
    await end(first);
    const input = await inputOf(world, workflowIds.sweep(project, first));
    const part = { digest: digestOfRun(first), rows: 1 };
    const state = {
      schema: 1,
      startedAt: 0,
      dataset: { dataset: project, version: 1, digest: part.digest, rows: 3, table: part.digest },
      parts: { train: part, validation: part, holdout: part },
      next: 4,
      counts: { running: 0, complete: 0, pruned: 0, failed: 4, cancelled: 0 },
      steps: 40,
      gpuMilliseconds: 0,
      firstFailure: { code: 'TrainerFailed', message: 'the very first' },
      ended: null,
    };
    const outcome = await world.client.workflow.execute('sweepModel', {
      taskQueue: 'laurel-control',
      workflowId: `${workflowIds.sweep(project, first)}/goes-on`,
      args: [{ ...input, sweep: { ...input.sweep, trials: 20 }, state }],
    });
    const message = 'Each of the first 6 trials failed; the first one: the very first';
    expect(outcome).toEqual({ kind: 'rejected', step: 'train', code: 'TrainerFailed', message });
    const numbers = (await trials(first)).map(({ number }) => number);
    expect(numbers.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbers.length).toBeLessThan(8);
  });
});

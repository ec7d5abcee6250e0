import { randomUUID } from 'node:crypto';
import {
  type AttemptInput,
  type AttemptReport,
  type DataActivities,
  type ModelActivities,
  type RegistryActivities,
  type TrainingOutcome,
  taskQueues,
  workflowIds,
} from '@laurel/contracts';
import type { Digest, EndCause, ModelProject } from '@laurel/domain';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { exampleProject } from '../support/example-project.js';
import { openJournal, versionRef } from '../support/rollout-journal.js';
import { eventually, openWorkflowWorld, quietRuntime, type WorkflowWorld } from '../support/workflow-world.js';

quietRuntime();

const digest: Digest = `sha256:${'a'.repeat(64)}`;

interface Told {
  readonly lines: string[];
  readonly outcomes: (TrainingOutcome | { readonly kind: 'cancelled' })[];
}

interface Script {
  /** Activity that fails, with the code it fails with. */
  readonly fails?: { readonly activity: string; readonly code: string };
  readonly gatesPassed?: boolean;
  /** The trainer runs until it is cancelled. */
  readonly endless?: boolean;
  /** How the trainer's attempts end before one ends well. */
  readonly ends?: readonly EndCause[];
  readonly cooldown?: string;
}

async function withModel(
  script: Script,
  story: (at: {
    readonly world: WorkflowWorld;
    readonly told: Told;
    readonly train: (kind?: 'manual' | 'schedule', key?: string) => Promise<string>;
  }) => Promise<void>,
): Promise<void> {
  const told: Told = { lines: [], outcomes: [] };
  const base = await exampleProject();
  const model: ModelProject = { ...base, spec: { ...base.spec, cooldown: script.cooldown ?? '1ms' } };
  await using world = await openWorkflowWorld({ activities: activitiesOf(script, told, model) });
  await story({
    world,
    told,
    train: async (kind = 'manual', key = randomUUID()) => {
      const runId = randomUUID().replaceAll('-', '');
      await world.orchestrator.fireTrigger('churn', {
        key,
        kind,
        runId,
        from: null,
        requestedBy: 'test',
        rollOut: true,
      });
      return runId;
    },
  });
}

function activitiesOf(script: Script, told: Told, model: ModelProject) {
  const step = async <T>(name: string, value: T): Promise<T> => {
    told.lines.push(name);
    if (script.fails?.activity === name)
      throw ApplicationFailure.create({ type: script.fails.code, message: `${name} says no`, nonRetryable: true });
    return value;
  };
  const part = { digest, rows: 1 };
  const compute: DataActivities & ModelActivities = {
    snapshotData: () => step('snapshot', { dataset: 'churn', version: 1, digest, rows: 3, table: digest }),
    validateData: () => step('validate', []),
    splitData: () => step('split', { train: part, validation: part, holdout: part }),
    packageModel: () => step('package', digest),
    evaluateModel: () =>
      step('evaluate', { report: digest, summary: {}, gates: [], gatesPassed: script.gatesPassed ?? true }),
  };
  const registry: Partial<RegistryActivities> = {
    readProject: async () => ({ model, folder: '/' }),
    registerVersion: () => step('register', versionRef(1)),
    endRun: async ({ outcome }) => void told.outcomes.push(outcome),
  };
  const journal = openJournal({ champion: null });
  const request = async () => step('request rollout', { workflowId: '' });
  return {
    [taskQueues.control]: { ...journal.activities, ...registry, requestRollout: request },
    [taskQueues.compute]: compute,
    [taskQueues.train]: {
      runTrainer: (input: AttemptInput) =>
        script.endless === true ? untilCancelled(told) : attemptOf(script, input, step),
      removeJob: async () => void told.lines.push('job removed'),
    },
  };
}

async function attemptOf(
  { ends = [] }: Script,
  { history: { attempt } }: AttemptInput,
  step: <T>(name: string, value: T) => Promise<T>,
): Promise<AttemptReport> {
  const place = { step: attempt, checkpointStep: attempt, ranMilliseconds: 1, cost: null };
  const cause = ends[attempt - 1];
  if (cause === undefined) return step('train', { outcome: { kind: 'done', output: digest }, ...place });
  return { outcome: { kind: 'ended', cause, exitCode: 1, message: `it was ${cause}` }, ...place };
}

async function untilCancelled(told: Told): Promise<never> {
  told.lines.push('train');
  await Context.current().cancelled.catch((error: unknown) => {
    told.lines.push('trainer stopped');
    throw error;
  });
  throw new Error('unreachable');
}

test('a good run goes through every step in order and asks for a rollout', async () => {
  await withModel({}, async ({ told, train }) => {
    await train();
    await eventually('a rollout is asked for', () => told.lines.includes('request rollout'));
    expect(told.lines).toEqual([
      'snapshot',
      'validate',
      'split',
      'train',
      'package',
      'evaluate',
      'register',
      'request rollout',
    ]);
    expect(told.outcomes).toMatchObject([{ kind: 'registered', gatesPassed: true }]);
  });
});

test('bad data ends the run before any trainer starts, as a value that names step and code', async () => {
  await withModel({ fails: { activity: 'validate', code: 'DataAnomaly' } }, async ({ told, train }) => {
    await train();
    await eventually('the run has ended', () => told.outcomes.length === 1);
    expect(told.outcomes).toEqual([
      { kind: 'rejected', step: 'validate', code: 'DataAnomaly', message: 'validate says no' },
    ]);
    expect(told.lines).toEqual(['snapshot', 'validate']);
  });
});

test('a version that fails its gates is registered and not rolled out', async () => {
  await withModel({ gatesPassed: false }, async ({ told, train }) => {
    await train();
    await train();
    await eventually('both runs have ended', () => told.outcomes.length === 2);
    expect(told.lines).not.toContain('request rollout');
  });
});

test('a hundred copies of one event start one training', async () => {
  await withModel({}, async ({ world, told, train }) => {
    const runId = randomUUID().replaceAll('-', '');
    const trigger = {
      key: 'the-same',
      kind: 'newData',
      runId,
      from: null,
      requestedBy: 'test',
      rollOut: true,
    } as const;
    await Promise.all(Array.from({ length: 100 }, () => world.orchestrator.fireTrigger('churn', trigger)));
    await train();
    await eventually('the event and the one after it have ended', () => told.outcomes.length >= 2);
    expect(told.lines.filter((line) => line === 'snapshot')).toHaveLength(2);
    await eventually(
      'its own training is closed',
      async () => (await world.orchestrator.workflowStatus(workflowIds.train('churn', runId))) === 'closed',
    );
  });
});

test('a scheduled event waits for the cooldown, one made by hand does not', async () => {
  await withModel({ cooldown: '1h' }, async ({ told, train }) => {
    await train('manual');
    await eventually('the first has ended', () => told.outcomes.length === 1);
    await train('schedule');
    await train('manual');
    await eventually('the one by hand has ended', () => told.outcomes.length === 2);
    expect(told.lines.filter((line) => line === 'snapshot')).toHaveLength(2);
  });
});

test('a cancelled run stops its trainer, says so, and the model takes the next trigger', async () => {
  await withModel({ endless: true }, async ({ world, told, train }) => {
    const runId = await train();
    await eventually('the trainer runs', () => told.lines.includes('train'));
    await world.orchestrator.cancelTraining('churn', runId);
    await eventually('the run has ended', () => told.outcomes.length === 1);
    expect(told.outcomes).toEqual([{ kind: 'cancelled' }]);
    expect(told.lines).toContain('trainer stopped');
    expect(told.lines).toContain('job removed');
    await train();
    await eventually('the next one trains', () => told.lines.filter((line) => line === 'train').length === 2);
  });
});

test('a copy of an event whose training ended long ago is dropped, and the model lives on', async () => {
  await withModel({}, async ({ world, told, train }) => {
    const runId = await train('manual', 'first');
    await eventually('it has ended', () => told.lines.includes('request rollout'));
    await world.orchestrator.fireTrigger('churn', {
      key: 'another key',
      kind: 'manual',
      runId,
      from: null,
      requestedBy: 'test',
      rollOut: true,
    });
    await train('manual', 'second');
    await eventually('the next training has ended', () => told.outcomes.length === 2);
    expect(told.lines.filter((line) => line === 'snapshot')).toHaveLength(2);
  });
});

test('attempts that are taken away and fail are followed by others, and the run ends well', async () => {
  await withModel({ ends: ['disrupted', 'crashed', 'killed', 'hung'] }, async ({ told, train }) => {
    await train();
    await eventually('the run has ended', () => told.outcomes.length === 1);
    expect(told.outcomes).toMatchObject([{ kind: 'registered' }]);
    expect(told.lines).not.toContain('job removed');
  });
});

test("spent attempts end the run with the last one's code, and no job is left", async () => {
  await withModel({ ends: ['crashed', 'disrupted', 'hung', 'crashed'] }, async ({ told, train }) => {
    await train();
    await eventually('the run has ended', () => told.outcomes.length === 1);
    expect(told.outcomes).toMatchObject([
      {
        kind: 'rejected',
        step: 'train',
        code: 'TrainerCrashed',
        message: 'it was crashed (3 failed attempts); read the log with laurel logs and mend the trainer.',
      },
    ]);
    expect(told.lines).toContain('job removed');
  });
});

test('a training whose machines are taken hundreds of times rolls its history over and still ends well', async () => {
  await withModel({ ends: Array.from({ length: 300 }, () => 'disrupted' as const) }, async ({ world, told, train }) => {
    const runId = await train();
    await eventually('the run has ended', () => told.outcomes.length === 1, 90_000);
    expect(told.outcomes).toMatchObject([{ kind: 'registered' }]);
    for (const once of ['snapshot', 'split', 'train', 'package']) {
      expect(told.lines.filter((line) => line === once)).toHaveLength(1);
    }
    const chain: number[] = [];
    for await (const { historyLength } of world.client.workflow.list({
      query: `WorkflowId = '${workflowIds.train('churn', runId)}'`,
    }))
      chain.push(historyLength);
    expect(chain.length).toBeGreaterThan(1);
    expect(Math.max(...chain)).toBeLessThan(3_000);
  });
}, 120_000);

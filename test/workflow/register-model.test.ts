import { randomUUID } from 'node:crypto';
import {
  type CheckedContent,
  type PinnedContent,
  type RegistrationOutcome,
  type TrainingOutcome,
  taskQueues,
} from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { exampleProject } from '../support/example-project.js';
import { versionRef } from '../support/rollout-journal.js';
import { eventually, openWorkflowWorld, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

const digest: Digest = `sha256:${'a'.repeat(64)}`;

interface Script {
  readonly managed?: boolean;
  readonly flavor?: string;
  readonly gatesPassed?: boolean;
  /** Activity that fails, with the code it fails with. */
  readonly fails?: { readonly activity: string; readonly code: string };
}

interface Told {
  readonly steps: string[];
  readonly concluded: RegistrationOutcome[];
  readonly ended: (TrainingOutcome | { readonly kind: 'cancelled' })[];
  readonly commands: (readonly string[])[];
}

/** Registers version 3 of churn and waits for what is concluded about it. */
async function registered(script: Script): Promise<Told> {
  const told: Told = { steps: [], concluded: [], ended: [], commands: [] };
  await using world = await openWorkflowWorld({ activities: await activitiesOf(script, told) });
  await world.orchestrator.startRegistration({ name: 'churn', version: 3 });
  await world.orchestrator.startRegistration({ name: 'churn', version: 3 });
  await eventually('the registration is concluded', () => told.concluded.length > 0);
  const handle = world.client.workflow.getHandle('register/churn/3');
  await handle.result();
  return told;
}

async function activitiesOf(script: Script, told: Told) {
  const model = await exampleProject();
  const step = async <T>(name: string, value: T): Promise<T> => {
    told.steps.push(name);
    if (script.fails?.activity !== name) return value;
    throw ApplicationFailure.create({ type: script.fails.code, message: `${name} says no.`, nonRetryable: true });
  };
  const id = randomUUID().replaceAll('-', '');
  const content: PinnedContent = { id, digest, files: 2, bytes: 9, managed: script.managed ?? false };
  const flavor = script.flavor ?? 'sklearn';
  const checked: CheckedContent = { flavor, data: 'model.pkl', inputs: [], outputs: [] };
  const part = { digest, rows: 1 };
  const gate = { gate: 'rocAuc', state: 'fail', observed: 0.5, bound: 0.8, message: 'rocAuc' } as const;
  const gatesPassed = script.gatesPassed ?? true;
  const evaluation = { report: digest, summary: {}, gates: gatesPassed ? [] : [gate], gatesPassed };
  const dataset = { dataset: 'churn', version: 1, digest, rows: 3, table: digest };
  return {
    [taskQueues.control]: {
      pinContent: () => step('pinContent', content),
      concludeRegistration: async ({ outcome }: { readonly outcome: RegistrationOutcome }) => {
        told.concluded.push(outcome);
      },
      readProject: () => step('readProject', { model, folder: '/project' }),
      beginRun: () => step('beginRun', undefined),
      endRun: async ({ outcome }: { readonly outcome: TrainingOutcome }) => {
        told.ended.push(outcome);
      },
      registerVersion: ({ number }: { readonly number: number }) => step(`registerVersion ${number}`, versionRef(3)),
    },
    [taskQueues.compute]: {
      checkContent: () => step('checkContent', checked),
      placeModel: () => step('placeModel', { folder: '/laid-out' }),
      snapshotData: () => step('snapshotData', dataset),
      validateData: () => step('validateData', []),
      splitData: () => step('splitData', { train: part, validation: part, holdout: part }),
      packageModel: () => step('packageModel', digest),
      evaluateModel: () => step('evaluateModel', evaluation),
      clearSource: () => step('clearSource', undefined),
    },
    [taskQueues.train]: {
      runTrainer: async (input: { readonly model: typeof model; readonly folder: string }) => {
        told.commands.push([...input.model.spec.training.command, input.folder]);
        const outcome = { kind: 'done', output: digest };
        return step('runTrainer', { outcome, step: 0, checkpointStep: null, ranMilliseconds: 1, cost: null });
      },
      removeJob: async () => undefined,
    },
  };
}

test('a model of no project is pinned, checked and ready', async () => {
  const { steps, concluded } = await registered({});
  expect(steps).toEqual(['pinContent', 'checkContent']);
  expect(concluded).toMatchObject([{ kind: 'ready', packaged: null, message: null }]);
});

test.each([
  ['pinContent', 'NotFound'],
  ['checkContent', 'ModelUnsafe'],
])('what %s refuses fails the registration with its sentence', async (activity, code) => {
  const { concluded, commands } = await registered({ managed: true, fails: { activity, code } });
  expect(concluded).toEqual([{ kind: 'failed', message: `${code}: ${activity} says no.` }]);
  expect(commands).toEqual([]);
});

test('under the name of a project a job converts the model, and it becomes the version that the client was given', async () => {
  const { steps, concluded, commands, ended } = await registered({ managed: true });
  expect(commands).toEqual([['python', '-m', 'laurel_trainer.convert', '/laid-out']]);
  expect(steps.slice(-6)).toEqual([
    'placeModel',
    'runTrainer',
    'packageModel',
    'evaluateModel',
    'registerVersion 3',
    'clearSource',
  ]);
  expect(concluded).toMatchObject([{ kind: 'ready', packaged: versionRef(3), message: null }]);
  expect(ended).toMatchObject([{ kind: 'registered', gatesPassed: true }]);
});

test('a version whose gates failed says so, and that it cannot be promoted', async () => {
  const { concluded } = await registered({ managed: true, gatesPassed: false });
  expect(concluded).toMatchObject([
    { kind: 'ready', message: 'It can be loaded with MLflow but not promoted: its gates failed (rocAuc).' },
  ]);
});

test('a model that cannot be converted stays loadable', async () => {
  const failed = await registered({ managed: true, fails: { activity: 'runTrainer', code: 'TrainerFailed' } });
  expect(failed.concluded).toMatchObject([
    {
      kind: 'ready',
      packaged: null,
      message: 'It can be loaded with MLflow but not promoted: TrainerFailed: runTrainer says no.',
    },
  ]);
  expect(failed.ended).toMatchObject([{ kind: 'rejected', step: 'train', code: 'TrainerFailed' }]);
  expect(failed.steps.at(-1)).toBe('clearSource');
});

test('a flavor that nothing converts starts no job', async () => {
  const { concluded, commands } = await registered({ managed: true, flavor: 'lightgbm' });
  expect(commands).toEqual([]);
  expect(concluded).toMatchObject([
    {
      kind: 'ready',
      packaged: null,
      message:
        'It can be loaded with MLflow but not promoted: Laurel converts the flavors sklearn and xgboost, not lightgbm.',
    },
  ]);
});

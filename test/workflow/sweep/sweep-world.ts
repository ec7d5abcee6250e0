import { type ActivityPorts, makeActivities } from '@laurel/activities';
import {
  type AttemptInput,
  type AttemptReport,
  type RegisterInput,
  type TrainingOutcome,
  taskQueues,
  workflowIds,
} from '@laurel/contracts';
import type { Digest, ModelProject, SweepSpec, TrainerParameters, Trial } from '@laurel/domain';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { aRunId } from '../../integration/postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../../integration/postgres/database.js';
import { aSweepSpec } from '../../integration/postgres/given-sweeps.js';
import { openSampler } from '../../integration/sampler/given-sampler.js';
import { exampleProject } from '../../support/example-project.js';
import { versionRef } from '../../support/rollout-journal.js';
import { openWorkflowWorld, type WorkflowWorld } from '../../support/workflow-world.js';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
export const digestOfRun = (runId: string): Digest => `sha256:${runId}${runId}`;

interface Steps {
  readonly count: number;
  readonly milliseconds: number;
}

/** How trials of a test train: no time at all, unless the test says otherwise. */
export interface Script {
  readonly sweep?: Partial<SweepSpec>;
  /** Objectives of a trial; by default how near its depth is to 5. */
  readonly values?: (parameters: TrainerParameters) => readonly number[];
  /** Steps of a trial and what it reports at each; by default one step, nothing reported. */
  readonly steps?: Steps | ((parameters: TrainerParameters) => Steps);
  readonly reading?: (parameters: TrainerParameters, step: number) => number;
  /** Code with which the trainer of a trial fails. */
  readonly fails?: (parameters: TrainerParameters) => string | null;
  readonly gatesPassed?: boolean;
}

export interface SweepWorld {
  /** A project of the test's own. */
  readonly project: string;
  readonly db: TestDatabase;
  readonly world: WorkflowWorld;
  /** What happened, in order: `train <run>`, `stopped <run>`, `register <run>`, `request rollout`. */
  readonly lines: readonly string[];
  /** Starts a sweep; gives its run. */
  readonly start: (more?: { readonly sweep?: Partial<SweepSpec>; readonly rollOut?: boolean }) => Promise<string>;
  /** Waits for its end. */
  readonly end: (runId: string) => Promise<TrainingOutcome>;
  readonly trials: (runId: string) => Promise<readonly Trial[]>;
}

/** Workers with the real activities of sweeps, over a real database and the real sampler; trainers do as the script says. */
export async function withSweeps(script: Script, story: (at: SweepWorld) => Promise<void>): Promise<void> {
  if (ground === undefined) throw new Error('call openGround before all tests');
  const { db, sampler } = ground;
  const lines: string[] = [];
  const example = await exampleProject();
  const project = `churn-${aRunId().slice(0, 8)}`;
  const base = { ...example, metadata: { ...example.metadata, name: project } };
  const ports = { ...db, sampler } as unknown as ActivityPorts;
  await using world = await openWorkflowWorld({ activities: activitiesOf(ports, script, lines) });
  await story({
    project,
    db,
    world,
    lines,
    start: (more = {}) =>
      startSweep({ db, world, base }, { ...aSweepSpec, ...script.sweep, ...more.sweep }, more.rollOut),
    end: (runId) => world.client.workflow.result<() => Promise<TrainingOutcome>>(workflowIds.sweep(project, runId)),
    trials: (runId) => db.sweeps.trials(runId),
  });
}

let ground: { readonly db: TestDatabase; readonly sampler: ReturnType<typeof openSampler> } | undefined;

/** One database and one sampler for the tests of a file. */
export async function openGround(): Promise<void> {
  const db = await createTestDatabase();
  ground = { db, sampler: openSampler(db.url) };
}

export async function closeGround(): Promise<void> {
  await ground?.sampler.close();
  await ground?.db.drop();
}

async function startSweep(
  { db, world, base }: { readonly db: TestDatabase; readonly world: WorkflowWorld; readonly base: ModelProject },
  sweep: SweepSpec,
  rollOut = true,
): Promise<string> {
  const runId = aRunId();
  const { name } = base.metadata;
  await db.sweeps.ask({ runId, project: name, key: runId, spec: sweep, requestedBy: 'test', rollOut });
  const project = { ...base, spec: { ...base.spec, sweep } };
  await world.orchestrator.startSweep({ project, folder: '/', runId, sweep, requestedBy: 'test', rollOut });
  return runId;
}

function activitiesOf(ports: ActivityPorts, script: Script, lines: string[]) {
  const part = { digest, rows: 1 };
  const gatesPassed = script.gatesPassed ?? true;
  return {
    [taskQueues.control]: {
      ...makeActivities(ports)[taskQueues.control],
      registerVersion: async ({ runId }: RegisterInput) => {
        lines.push(`register ${runId}`);
        return versionRef(1);
      },
      requestRollout: async () => {
        lines.push('request rollout');
        return { workflowId: '' };
      },
    },
    [taskQueues.compute]: {
      snapshotData: async () => ({ dataset: 'churn', version: 1, digest, rows: 3, table: digest }),
      validateData: async () => [],
      splitData: async () => ({ train: part, validation: part, holdout: part }),
      packageModel: async ({ runId }: { readonly runId: string }) => digestOfRun(runId),
      measureTrial: async ({ model }: { readonly model: ModelProject }) => valuesOf(script, model),
      evaluateModel: async () => ({ report: digest, summary: {}, gates: [], gatesPassed }),
    },
    [taskQueues.train]: {
      runTrainer: (input: AttemptInput) => train(ports, { script, lines, input }),
      removeJob: async ({ runId }: { readonly runId: string }) => void lines.push(`removed ${runId}`),
    },
  };
}

function valuesOf({ values }: Script, { spec }: ModelProject): readonly number[] {
  const { parameters } = spec.training;
  return values?.(parameters) ?? [1 - Math.abs(Number(parameters['max_depth']) - 5) / 10];
}

async function train(
  ports: ActivityPorts,
  { script, lines, input }: { readonly script: Script; readonly lines: string[]; readonly input: AttemptInput },
): Promise<AttemptReport> {
  const { runId, model, history } = input;
  const { parameters } = model.spec.training;
  lines.push(`train ${runId}`);
  const code = script.fails?.(parameters) ?? null;
  if (code !== null) throw ApplicationFailure.nonRetryable(`the trainer says ${code}`, code);
  const steps = typeof script.steps === 'function' ? script.steps(parameters) : script.steps;
  const { count, milliseconds } = steps ?? { count: 1, milliseconds: 0 };
  for (let step = 1; step <= count; step += 1) {
    const metrics = script.reading === undefined ? {} : { auc: script.reading(parameters, step) };
    const at = new Date().toISOString();
    const points = Object.entries(metrics).map(([name, value]) => ({ name, step, value, at }));
    await ports.trainingRecords.appendMetrics({ runId, attempt: history.attempt }, points);
    await ports.runs.update(runId, { progress: { step, totalSteps: count, metrics } });
    await Context.current()
      .sleep(milliseconds)
      .catch((error: unknown) => {
        lines.push(`stopped ${runId}`);
        throw error;
      });
  }
  return {
    outcome: { kind: 'done', output: digest },
    step: count,
    checkpointStep: null,
    ranMilliseconds: 1,
    cost: null,
  };
}

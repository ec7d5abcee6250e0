import {
  type CheckedContent,
  type PinnedContent,
  type RegisterModel,
  registrationTrigger,
  type StepContext,
  type TrainingOutcome,
} from '@laurel/contracts';
import type { AttemptHistory, ModelProject, VersionRef } from '@laurel/domain';
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { checkingContent, computing, reading, reproducing, untiring, writing } from '../activity-proxies.js';
import { codedFailure } from '../failures.js';
import { openBoard, type TrainingBoard } from '../training/board.js';
import { runAttempts } from '../training/run-attempts.js';

/** Flavors that the converter turns into one ONNX graph. */
const convertible: readonly string[] = ['sklearn', 'xgboost'];

export interface Conversion {
  readonly packaged: VersionRef | null;
  /** What people should know: which gates failed, or why it can be loaded but not promoted. */
  readonly message: string | null;
}

/**
 * Makes a version of the project of what a client registered under its name: a job converts it, then it is packaged and
 * judged like a training's model. What cannot be made one stays loadable; that is a value.
 */
export async function convertModel(
  input: RegisterModel,
  { content, checked }: { readonly content: PinnedContent; readonly checked: CheckedContent },
  rollOver: (attempts: AttemptHistory) => Promise<never>,
): Promise<Conversion> {
  if (!convertible.includes(checked.flavor) || checked.data === null) {
    return notPromotable(`Laurel converts the flavors ${convertible.join(' and ')}, not ${checked.flavor}`);
  }
  const run = { project: input.name, runId: content.id };
  const { model, folder } = await reading.readProject({ project: input.name });
  if (input.carried === undefined) await writing.beginRun({ ...run, trigger: registrationTrigger(input.version) });
  const board = openBoard({ ...run, maximumAttempts: model.spec.training.retry.maximumAttempts, cost: null });
  const end = (outcome: TrainingOutcome | { readonly kind: 'cancelled' }) =>
    CancellationScope.nonCancellable(() => untiring.endRun({ ...run, outcome }));
  try {
    const outcome = await runSteps(input, { content, checked, board, rollOver, project: { model, folder } });
    await end(outcome);
    return { packaged: outcome.version, message: gatesMessage(outcome) };
  } catch (error) {
    if (isCancellation(error) || CancellationScope.current().consideredCancelled) {
      await end({ kind: 'cancelled' });
      throw error;
    }
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    await end({ kind: 'rejected', step: board.step, ...failure });
    return notPromotable(`${failure.code}: ${failure.message}`);
  } finally {
    await CancellationScope.nonCancellable(() => reproducing.clearSource({ runId: run.runId }));
  }
}

type Registered = Extract<TrainingOutcome, { readonly kind: 'registered' }>;

interface Steps {
  readonly content: PinnedContent;
  readonly checked: CheckedContent;
  readonly board: TrainingBoard;
  readonly project: { readonly model: ModelProject; readonly folder: string };
  readonly rollOver: (attempts: AttemptHistory) => Promise<never>;
}

/** The steps of a training, with the converter in the place of the trainer. */
async function runSteps(
  input: RegisterModel,
  { content, checked, board, project, rollOver }: Steps,
): Promise<Registered> {
  const step: StepContext = { project: input.name, runId: content.id, rerun: false };
  board.enter('snapshot');
  const dataset = await computing.snapshotData({ ...step, ...project });
  await computing.validateData({ ...step, model: project.model, dataset });
  const parts = await computing.splitData({ ...step, model: project.model, dataset });
  board.enter('train');
  const { folder } = await checkingContent.placeModel({ content, runId: content.id });
  const context = { ...step, model: withConverter(project.model, { content, checked }), folder, dataset, parts };
  const output = await runAttempts({
    input: { ...context, fence: 1 },
    board,
    ...(input.carried === undefined ? {} : { carried: input.carried }),
    rollOver,
  });
  board.enter('package');
  const digest = await computing.packageModel({ ...context, output });
  board.enter('evaluate');
  const evaluation = await computing.evaluateModel({ ...step, model: project.model, parts, package: digest });
  board.enter('register');
  const registration = { ...step, model: project.model, dataset, package: digest, evaluation, number: input.version };
  const version = await writing.registerVersion(registration);
  return { kind: 'registered', version, gatesPassed: evaluation.gatesPassed, gates: evaluation.gates };
}

/** The content is among the parameters, so that a stored result is one of this very model. */
function withConverter(
  model: ModelProject,
  { content, checked }: { readonly content: PinnedContent; readonly checked: CheckedContent },
): ModelProject {
  const training = {
    ...model.spec.training,
    command: ['python', '-m', 'laurel_trainer.convert'],
    parameters: { flavor: checked.flavor, data: checked.data ?? '', content: content.digest },
    workers: 1,
  };
  return { ...model, spec: { ...model.spec, training } };
}

function gatesMessage({ gatesPassed, gates }: Registered): string | null {
  if (gatesPassed) return null;
  const failed = gates.filter(({ state }) => state !== 'pass').map(({ gate }) => gate);
  return notPromotable(`its gates failed (${failed.join(', ')})`).message;
}

function notPromotable(why: string): Conversion {
  return { packaged: null, message: `It can be loaded with MLflow but not promoted: ${why.replace(/\.$/, '')}.` };
}

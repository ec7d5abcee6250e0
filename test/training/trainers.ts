import { join } from 'node:path';
import type { ModelProject } from '@laurel/domain';
import { exampleFolder, testProject } from '../chaos/ground.js';

/** A trainer under test, and how it is preempted. */
export interface Trainer {
  readonly name: 'xgboost' | 'ddp';
  readonly title: string;
  readonly script: string;
  readonly workers: number;
  readonly parameters: ModelProject['spec']['training']['parameters'];
  /** Steps between checkpoints. */
  readonly every: number;
  /** Seconds that it waits after each step. */
  readonly pause: number;
}

/** Where projects under test lie: the folder of the script that observes a trainer. */
export const trainersFolder = join(process.cwd(), 'test', 'training', 'trainers');

/** The shipped XGBoost example, with early stopping out of the way. */
export const xgboost: Trainer = {
  name: 'xgboost',
  title: 'XGBoost',
  script: join(exampleFolder, 'train.py'),
  workers: 1,
  parameters: { max_depth: 3, n_estimators: 120, early_stopping_rounds: 120 },
  every: 10,
  pause: 0.02,
};

/** The shipped network, on two ranks over gloo. */
export const ddp: Trainer = {
  name: 'ddp',
  title: 'DDP, 2 ranks',
  script: join(process.cwd(), 'infra', 'trainer', 'templates', 'train_ddp.py'),
  workers: 2,
  parameters: { width: 32, epochs: 8, batch: 256 },
  every: 10,
  pause: 0.02,
};

export const trainers: readonly Trainer[] = [xgboost, ddp];

/** The example's data with this trainer, whose steps are written to `journal`. Nothing is registered that is not asked for. */
export async function projectOf(
  trainer: Trainer,
  { journal, image = null }: { readonly journal: string; readonly image?: string | null },
): Promise<ModelProject> {
  const { script, workers, every, pause, parameters } = trainer;
  const project = await testProject({ ...parameters, script, journal, pause });
  const { training } = project.spec;
  return {
    ...project,
    spec: {
      ...project.spec,
      data: {
        ...project.spec.data,
        source: { ...project.spec.data.source, uri: join(exampleFolder, 'data', 'telco_churn.csv') },
      },
      training: {
        ...training,
        command: ['python', join(trainersFolder, 'observed.py')],
        image,
        workers,
        checkpoint: { every },
        deadline: '30m',
        retry: { maximumAttempts: 3 },
      },
    },
  };
}

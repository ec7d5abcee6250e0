import type { EndCause } from './job-end.js';

/** Codes of the error table by which a run can end for its trainer's sake. */
export type EndCode =
  | 'ImageMissing'
  | 'JobConflict'
  | 'NoCapacity'
  | 'StorageFull'
  | 'TrainerCrashed'
  | 'TrainerDisrupted'
  | 'TrainerDiverged'
  | 'TrainerFailed'
  | 'TrainerHung'
  | 'TrainerOutOfMemory'
  | 'TrainerTooSlow'
  | 'TrainerWroteNoModel';

/** What an end costs, whether the run goes on after it, and what a person can do about it. */
export interface EndRule {
  /**
   * Whether it counts against `spec.training.retry.maximumAttempts`. `whenStuck`: only from the third in a row on that
   * made no new step.
   */
  readonly charge: 'never' | 'always' | 'whenStuck';
  /** Whether the trainer is started again from its newest checkpoint, as long as attempts are left. */
  readonly again: boolean;
  readonly code: EndCode;
  /** One clause in the imperative, without a full stop. */
  readonly advice: string;
}

/** The one table of ends; `docs/reference/training-ends.md` is written from it. */
export const endRules: { readonly [cause in EndCause]: EndRule } = {
  disrupted: {
    charge: 'never',
    again: true,
    code: 'TrainerDisrupted',
    advice: 'nothing needs to be done; lower spec.training.checkpoint.every to lose fewer steps',
  },
  nodeLost: {
    charge: 'never',
    again: true,
    code: 'TrainerDisrupted',
    advice: 'nothing needs to be done; lower spec.training.checkpoint.every to lose fewer steps',
  },
  killed: {
    charge: 'whenStuck',
    again: true,
    code: 'TrainerCrashed',
    advice: 'find out who kills the trainer (the log of the machine names the sender or the memory limit)',
  },
  peerLost: {
    charge: 'always',
    again: true,
    code: 'TrainerCrashed',
    advice: 'read the log of the worker that went first with laurel logs',
  },
  crashed: {
    charge: 'always',
    again: true,
    code: 'TrainerCrashed',
    advice: 'read the log with laurel logs and mend the trainer',
  },
  tryAgain: {
    charge: 'always',
    again: true,
    code: 'TrainerCrashed',
    advice: 'see what the trainer was waiting for, or raise spec.training.retry.maximumAttempts',
  },
  hung: {
    charge: 'always',
    again: true,
    code: 'TrainerHung',
    advice: 'report progress more often or raise spec.training.silence',
  },
  storageFull: {
    charge: 'always',
    again: true,
    code: 'StorageFull',
    advice: 'free space on the volume of checkpoints and outputs',
  },
  outOfMemory: {
    charge: 'always',
    again: false,
    code: 'TrainerOutOfMemory',
    advice: 'raise spec.training.resources.memory, or use a smaller batch or more workers',
  },
  notANumber: {
    charge: 'always',
    again: false,
    code: 'TrainerDiverged',
    advice: 'lower the learning rate, clip gradients, or look for missing and infinite values in the data',
  },
  badParameters: {
    charge: 'always',
    again: false,
    code: 'TrainerFailed',
    advice: 'correct spec.training.parameters',
  },
  badData: {
    charge: 'always',
    again: false,
    code: 'TrainerFailed',
    advice: 'mend the data, or add a rule to spec.data.validation that stops it earlier',
  },
  badConfiguration: {
    charge: 'always',
    again: false,
    code: 'TrainerFailed',
    advice: 'correct spec.training and the environment of the trainer',
  },
  badImage: {
    charge: 'always',
    again: false,
    code: 'ImageMissing',
    advice: 'correct spec.training.image, or give the cluster the right to pull it',
  },
  notStarted: {
    charge: 'always',
    again: false,
    code: 'TrainerFailed',
    advice: 'check spec.training.command',
  },
  noModel: {
    charge: 'always',
    again: false,
    code: 'TrainerWroteNoModel',
    advice: 'write model.onnx and model.json to LAUREL_OUTPUT_DIR before exiting with 0',
  },
  deadline: {
    charge: 'always',
    again: false,
    code: 'TrainerTooSlow',
    advice: 'raise spec.training.deadline, or give the trainer more resources',
  },
  unschedulable: {
    charge: 'always',
    again: false,
    code: 'NoCapacity',
    advice: 'ask for less in spec.training.resources, or add nodes that fit',
  },
  foreignJob: {
    charge: 'always',
    again: false,
    code: 'JobConflict',
    advice: 'remove the job of that name that Laurel did not make, then train again',
  },
};

import type { EndCause } from '@laurel/domain';

/** Version of the trainer protocol (`LAUREL_PROTOCOL`). */
export const trainerProtocol = '1';

/** Exit codes a trainer answers with. Anything that is not listed is a failure that may be tried again. */
export const trainerExit = {
  done: 0,
  badParameters: 64,
  badData: 65,
  tryAgain: 75,
  badConfiguration: 78,
  preempted: 143,
} as const;

/** What an exit code other than 0 says about the end of an attempt. One that is not listed is `crashed`. */
export const exitCauses: { readonly [code: number]: EndCause } = {
  [trainerExit.badParameters]: 'badParameters',
  [trainerExit.badData]: 'badData',
  [trainerExit.tryAgain]: 'tryAgain',
  [trainerExit.badConfiguration]: 'badConfiguration',
  [trainerExit.preempted]: 'disrupted',
};

/** Exit codes after which trying again cannot help. */
export const finalExits: readonly number[] = [
  trainerExit.badParameters,
  trainerExit.badData,
  trainerExit.badConfiguration,
];

/** Files of a trainer's output folder. */
export const trainerFiles = {
  model: 'model.onnx',
  description: 'model.json',
  predictions: 'validation_predictions.parquet',
  environment: 'environment.lock',
  /** What a watched network's parameters did in its first steps; see `laurel_trainer.gradient_flow`. */
  gradientFlow: 'gradient_flow.json',
  /** Machine and settings; written by whoever runs the trainer, over anything the trainer wrote. */
  ranOn: 'circumstances.json',
} as const;

/**
 * Largest absolute difference between the framework's predictions and the ONNX graph's that counts as parity. Of a
 * regression's values it is relative to `max(1, |value|)`: 32-bit numbers in the thousands cannot agree more closely.
 */
export const parityTolerance = 1e-4;

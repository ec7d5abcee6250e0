import type { TensorSpec } from '@laurel/domain';
import type { ErrorCode } from './error-codes.js';

/** A model file that a serving process on its own answers for. */
export interface StandaloneModel {
  readonly name: string;
  readonly file: string;
  readonly version: number;
  readonly digest: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** A line for a shell that asks the model, made from its inputs. */
  readonly curl: string;
  /** False when the model refused the made-up values: its caller has to know better ones. */
  readonly curlAnswers: boolean;
}

/** What a serving process on its own says of itself. */
export interface StandaloneFacts {
  readonly url: string;
  readonly grpcUrl: string;
  readonly models: readonly StandaloneModel[];
  /** Folder of the prediction log; `null` when none is kept. */
  readonly log: string | null;
}

/** What a serving process on its own tells the process that started it. */
export type StandaloneMessage =
  | ({ readonly laurel: 'serving' } & StandaloneFacts)
  | { readonly laurel: 'reloaded'; readonly model: StandaloneModel }
  | { readonly laurel: 'notReloaded'; readonly file: string; readonly message: string }
  | { readonly laurel: 'failed'; readonly code: ErrorCode; readonly message: string };

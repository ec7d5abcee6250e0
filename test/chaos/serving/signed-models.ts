import type { Digest, ModelVersion } from '@laurel/domain';
import { inputName } from '../../bench/serving/fixtures.js';
import { type BuiltModel, buildClassifier } from '../../support/onnx-builder.js';

const largestBias = 2;
/** Neighbouring versions differ by at least ten times this at every input within ±1; float32 is a thousand times finer. */
const tolerance = 1e-4;

/** A model of one number whose probabilities tell it from the other `count − 1`. */
export function signedModel(index: number, count: number): BuiltModel & { readonly bias: number } {
  const bias = largestBias * ((2 * index) / count - 1);
  return { bias, ...buildClassifier({ inputs: [inputName], weights: [-1], bias, classes: ['No', 'Yes'] }) };
}

/** Knows which bytes give which answers. */
export class Biases {
  readonly #ofDigest = new Map<string, number>();

  add({ digest }: Pick<ModelVersion, 'digest'>, bias: number): Digest {
    this.#ofDigest.set(digest, bias);
    return digest;
  }

  /** `null` when the bytes of that digest give this probability, else what is wrong. */
  problem(digest: string, input: number, probability: number): string | null {
    const bias = this.#ofDigest.get(digest);
    if (bias === undefined) return 'an answer names a digest that was never released';
    const expected = 1 / (1 + Math.exp(input - bias));
    return Math.abs(probability - expected) <= tolerance ? null : 'the value is not what the named digest computes';
  }
}

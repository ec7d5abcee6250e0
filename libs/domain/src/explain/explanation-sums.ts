import type { ExplainChunk } from './chunks.js';
import { type Explanation, explanationOf } from './explanation.js';
import type { ExplainPlan } from './plan.js';

/**
 * Takes the outputs of a plan's rows chunk by chunk and keeps one sum per coalition and output, so that neither rows nor
 * outputs need to be kept:
 *
 *     const sums = new ExplanationSums(plan);
 *     for (const chunk of explainChunks(plan, 1_000)) sums.add(chunk, await predict(chunk.rows));
 *     const explanation = sums.explanation();
 */
export class ExplanationSums {
  readonly #plan: ExplainPlan;
  #predictions: readonly number[] = [];
  #sums = new Float64Array();
  #next = 0;

  constructor(plan: ExplainPlan) {
    this.#plan = plan;
  }

  /**
   * Outputs of one chunk: [row][output], such as the probabilities of all classes. Chunks come in the order of the plan,
   * so that the sums are the same to the last bit however many rows a chunk has. Throws `RangeError` for a chunk out of
   * order, too few or too many rows or outputs, and an output that is not finite; then nothing of it is counted.
   */
  add({ from, rows }: ExplainChunk, outputs: readonly (readonly number[])[]): void {
    if (from !== this.#next) {
      throw new RangeError(
        `row ${this.#next} of the plan is next, the chunk starts at row ${from}; add chunks in order`,
      );
    }
    if (outputs.length !== rows.length) {
      throw new RangeError(`a chunk of ${rows.length} rows needs as many outputs, there are ${outputs.length}`);
    }
    const predictions = from === 0 ? (outputs[0] ?? []) : this.#predictions;
    for (const [index, output] of outputs.entries()) {
      requireOutput(output, { at: from + index, width: predictions.length });
    }
    if (from === 0) this.#start(predictions);
    for (const output of outputs) this.#addRow(output);
  }

  /** Throws `RangeError` before the outputs of all rows have been added. */
  explanation(): Explanation {
    const plan = this.#plan;
    if (this.#next < plan.rowCount) {
      throw new RangeError(`outputs of ${plan.rowCount - this.#next} of ${plan.rowCount} rows are missing`);
    }
    const width = this.#predictions.length;
    const meanOf = (sum: number) => sum / plan.background.length;
    const differences = plan.coalitions.map((_, index) =>
      Array.from(this.#sums.subarray(index * width, (index + 1) * width), meanOf),
    );
    return explanationOf({ plan, predictions: this.#predictions, differences });
  }

  #start(predictions: readonly number[]): void {
    this.#predictions = [...predictions];
    this.#sums = new Float64Array(predictions.length * this.#plan.coalitions.length);
  }

  #addRow(output: readonly number[]): void {
    if (this.#next > 0) {
      const first = Math.floor((this.#next - 1) / this.#plan.background.length) * output.length;
      for (const [index, value] of output.entries()) {
        const difference = value - (this.#predictions[index] ?? 0);
        this.#sums[first + index] = (this.#sums[first + index] ?? 0) + difference;
      }
    }
    this.#next += 1;
  }
}

function requireOutput(
  output: readonly number[],
  { at, width }: { readonly at: number; readonly width: number },
): void {
  if (output.length !== width || width === 0) {
    throw new RangeError(`row ${at} has ${output.length} outputs, the explained row has ${width}`);
  }
  const index = output.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  throw new RangeError(`output ${index} of row ${at} is ${output[index]}; only finite outputs can be explained`);
}

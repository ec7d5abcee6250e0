import { LaurelError } from '@laurel/contracts';
import type { Tensor, TensorSpec } from '@laurel/domain';
import { decodeTensors, encodeFrame, type FrameTensor, frameKinds } from '../../bin/tensor-frames.mjs';
import { ortType, tensorTypeOf } from '../declared-types.js';
import type { Frame } from './frame-reader.js';

/** Bytes on their way to the child at once; a run that is larger goes alone. */
const windowBytes = 4 * 1024 * 1024;

const allocate = (bytes: number) => Buffer.allocUnsafe(bytes);

interface Pending {
  readonly tensors: readonly FrameTensor[];
  readonly bytes: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: LaurelError) => void;
}

/** What the runs need of their surroundings. */
export interface RunsParts {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly send: (frame: Uint8Array) => void;
  /** Told when another run is at the head, `false` when none is left. */
  readonly headChanged: (isRunning: boolean) => void;
}

/** Runs that were asked for and not answered: those sent, whose answers come in their order, and those held back. */
export class RunsInFlight {
  readonly #parts: RunsParts;
  #sent: Pending[] = [];
  #held: Pending[] = [];
  #sentBytes = 0;
  lastRunMilliseconds = 0;

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#sent.length + this.#held.length;
  }

  add(given: readonly Tensor[]): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      const tensors = given.map((tensor) => this.#toFrame(tensor));
      const bytes = tensors.reduce(
        (sum, { data }) => sum + ('byteLength' in data ? data.byteLength : data.length * 16),
        0,
      );
      this.#held.push({ tensors, bytes, resolve, reject });
      this.#pump();
    });
  }

  /** Takes the answer to the oldest run. */
  answer({ kind, milliseconds, body }: Frame): void {
    const pending = this.#sent.shift();
    if (pending === undefined) throw new LaurelError('Internal', 'The child answered what nobody asked.');
    this.#sentBytes -= pending.bytes;
    if (kind === frameKinds.ran) {
      this.lastRunMilliseconds = milliseconds;
      pending.resolve(decodeTensors(body).map((tensor) => this.#fromFrame(tensor)));
    } else {
      pending.reject(
        new LaurelError('ModelOutputInvalid', `The model failed on this input: ${Buffer.from(body).toString()}.`),
      );
    }
    this.#pump();
    this.#parts.headChanged(this.#sent.length > 0);
  }

  rejectAll(error: LaurelError): void {
    const pending = [...this.#sent, ...this.#held];
    this.#sent = [];
    this.#held = [];
    this.#sentBytes = 0;
    this.#parts.headChanged(false);
    for (const { reject } of pending) reject(error);
  }

  #pump(): void {
    while (this.#sent.length === 0 || this.#sentBytes < windowBytes) {
      const next = this.#held.shift();
      if (next === undefined) return;
      this.#sent.push(next);
      this.#sentBytes += next.bytes;
      if (this.#sent.length === 1) this.#parts.headChanged(true);
      this.#parts.send(encodeFrame({ kind: frameKinds.run, tensors: next.tensors }, allocate));
    }
  }

  #toFrame({ name, datatype, shape, data }: Tensor): FrameTensor {
    const index = this.#parts.inputs.findIndex((input) => input.name === name);
    if (index >= 0) return { index, type: ortType[datatype], shape, data };
    throw new LaurelError('ModelOutputInvalid', `The model failed on this input: it has no input ${name}.`);
  }

  #fromFrame({ index, type, shape, data }: FrameTensor): Tensor {
    const spec = this.#parts.outputs[index];
    if (spec === undefined)
      throw new LaurelError('Internal', `The child gave an output ${index}, which the model lacks.`);
    return { name: spec.name, datatype: tensorTypeOf(type) ?? spec.datatype, shape, data };
  }
}

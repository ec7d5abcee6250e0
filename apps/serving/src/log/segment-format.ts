import type { OutputRole, ServedArm, TensorType } from '@laurel/domain';
import type { Protocol } from '../predictions.js';

/*
 * A segment is `magic`, then blocks: u32 length and u32 CRC-32 of a payload, then the payload. A payload is items: u8
 * kind, u32 length, bytes. Numbers are little-endian. A block is written at once, so a crash tears at most the last, and
 * says all contexts of its requests, so that it can be read alone.
 */

export const magic = Buffer.from('LAURPLG1', 'latin1');
export const blockHeaderBytes = 8;

export const itemKinds = { context: 1, request: 2 } as const;

/** How inputs or outputs lie in a request item. */
export const forms = { none: 0, tensors: 1, json: 2 } as const;

/** Bits of the flags of a request item; inputs and outputs take two bits each for their form. */
export const flags = { outputsShift: 2, inputShapes: 16, outputShapes: 32, shadow: 64 } as const;

/** A tensor whose elements follow in each request of a context, unless it is redacted. */
export interface LoggedTensor {
  readonly name: string;
  readonly datatype: TensorType;
  /** −1 where a request decides. */
  readonly shape: readonly number[];
  readonly redacted: boolean;
}

/** What many requests have in common, written as JSON once a block, before the first of them. */
export interface RecordContext {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: number;
  readonly digest: string;
  readonly status: 'ok' | 'error';
  /** Code of the failure of the chosen version; another may have answered in its place. */
  readonly error: string | null;
  readonly fallback: boolean;
  readonly protocol: Protocol;
  readonly inputs: readonly LoggedTensor[];
  readonly outputs: readonly LoggedTensor[];
  /** What the outputs mean; `null` for a bare graph. */
  readonly meaning: {
    readonly roles: { readonly [output: string]: OutputRole };
    readonly classes: readonly string[];
  } | null;
}

/** Elements of a row, or −1 where each request has to say its shape. */
export function widthOf({ shape }: Pick<LoggedTensor, 'shape'>): number {
  if (shape[0] !== -1) return -1;
  return shape.slice(1).reduce((product, size) => (size < 0 || product < 0 ? -1 : product * size), 1);
}

import type { TensorData } from '@laurel/domain';

/** What a frame says: `open` and `run` go to the child; `opened`, `ran` and `failed` come back. */
export declare const frameKinds: {
  readonly open: 1;
  readonly run: 2;
  readonly opened: 3;
  readonly ran: 4;
  readonly failed: 5;
};

/** Bytes before every body. */
export declare const prefixBytes: 16;

export interface FramePrefix {
  readonly kind: number;
  /** Time of the run that is answered. */
  readonly milliseconds: number;
  readonly bytes: number;
}

/** A tensor on the pipe: `index` counts the graph's inputs or outputs, `type` is onnxruntime's name. */
export interface FrameTensor {
  readonly index: number;
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Writes a prefix at the start of `frame`. */
export declare function writePrefix(frame: Uint8Array, prefix: Omit<FramePrefix, 'milliseconds'>): void;

export declare function readPrefix(frame: Uint8Array): FramePrefix;

/** One frame with its prefix; `allocate` gives a Buffer of at least so many bytes. */
export declare function encodeFrame(
  frame: { readonly kind: number; readonly milliseconds?: number; readonly tensors: readonly FrameTensor[] },
  allocate: (bytes: number) => Buffer,
): Buffer;

/** Tensors of a body that lies at a multiple of 8; numbers are views of it. */
export declare function decodeTensors(body: Uint8Array): readonly FrameTensor[];

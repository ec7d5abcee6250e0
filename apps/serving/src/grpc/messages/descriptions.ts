import type { TensorSpec, TensorType } from '@laurel/domain';
import type { IndexItem } from '../../plane/repository.js';
import { type MessageWriter, serialise } from '../protobuf/message-writer.js';

/** Serialises `ServerLiveResponse`, `ServerReadyResponse` and `ModelReadyResponse`, which are alike. */
export function writeFlag(value: boolean): Buffer {
  return serialise((writer) => {
    if (value) writer.flag(1, value);
  });
}

/** Serialises a message without fields. */
export function writeEmpty(): Buffer {
  return serialise(() => undefined);
}

/** What a server says of itself. */
export interface ServerDescription {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

/** Serialises `ServerMetadataResponse`. */
export function writeServer({ name, version, extensions }: ServerDescription): Buffer {
  return serialise((writer) => {
    for (const extension of extensions.toReversed()) writer.text(3, extension);
    writer.text(2, version);
    writer.text(1, name);
  });
}

/** What a server says of a model. Field 6 of the message means three things to three servers and stays unset. */
export interface ModelDescription {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Serialises `ModelMetadataResponse`. */
export function writeModel({ name, versions, platform, inputs, outputs }: ModelDescription): Buffer {
  return serialise((writer) => {
    for (const output of outputs.toReversed()) writeSpec(writer, 5, output);
    for (const input of inputs.toReversed()) writeSpec(writer, 4, input);
    writer.text(3, platform);
    for (const version of versions.toReversed()) writer.text(2, version);
    writer.text(1, name);
  });
}

function writeSpec(writer: MessageWriter, field: number, { name, datatype, shape }: TensorSpec): void {
  writer.message(field, () => {
    writer.integers(3, shape);
    writer.text(2, datatype);
    writer.text(1, name);
  });
}

/** Triton's numbers of the types. */
const configTypes: { readonly [type in TensorType]: number } = {
  BOOL: 1,
  UINT8: 2,
  UINT16: 3,
  UINT32: 4,
  UINT64: 5,
  INT8: 6,
  INT16: 7,
  INT32: 8,
  INT64: 9,
  FP16: 10,
  FP32: 11,
  FP64: 12,
  BYTES: 13,
};

/**
 * Serialises `ModelConfigResponse` with what is true of any model here: its name, platform, backend and tensors. The batch
 * size is 0, which says that the shapes have the rows.
 */
export function writeConfig({ name, platform, inputs, outputs }: ModelDescription): Buffer {
  return serialise((writer) => {
    writer.message(1, () => {
      writer.text(17, 'onnxruntime');
      for (const output of outputs.toReversed()) writeConfigTensor(writer, 6, output);
      for (const input of inputs.toReversed()) writeConfigTensor(writer, 5, input);
      writer.text(2, platform);
      writer.text(1, name);
    });
  });
}

function writeConfigTensor(writer: MessageWriter, field: number, { name, datatype, shape }: TensorSpec): void {
  writer.message(field, () => {
    // An input's dims are field 4, behind its format; an output's are field 3.
    writer.integers(field === 5 ? 4 : 3, shape);
    writer.integer(2, configTypes[datatype]);
    writer.text(1, name);
  });
}

/** Serialises `RepositoryIndexResponse`. */
export function writeIndex(entries: readonly IndexItem[]): Buffer {
  return serialise((writer) => {
    for (const { name, version, state, reason } of entries.toReversed()) {
      writer.message(1, () => {
        if (reason !== '') writer.text(4, reason);
        writer.text(3, state);
        writer.text(2, version);
        writer.text(1, name);
      });
    }
  });
}

/** `grpc.health.v1.HealthCheckResponse.ServingStatus`. */
export const healthStatus = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;

/** Serialises `HealthCheckResponse`. */
export function writeHealth(status: number): Buffer {
  return serialise((writer) => writer.integer(1, status));
}

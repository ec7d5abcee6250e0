import { MessageReader, type MessageShape } from '../protobuf/message-reader.js';

/** Requests that hold nothing but a model's name and version: both empty where not given. */
export interface ModelRequest {
  readonly name: string;
  readonly version: string;
}

const modelShape: MessageShape = { name: 'the request', fields: { 1: 'name', 2: 'version' } };

/** Reads `ModelReadyRequest`, `ModelMetadataRequest`, `ModelConfigRequest` and `ModelStatisticsRequest`, which are alike. */
export function readModelRequest(bytes: Buffer): ModelRequest {
  const reader = new MessageReader(bytes, modelShape);
  let name = '';
  let version = '';
  while (reader.advance()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) version = reader.text();
  }
  return { name, version };
}

/** Reads a message without fields; what a newer one may hold is read over. */
export function readEmpty(bytes: Buffer): null {
  const reader = new MessageReader(bytes, { name: 'the request', fields: {} });
  while (reader.advance());
  return null;
}

const indexShape: MessageShape = { name: 'RepositoryIndexRequest', fields: { 1: 'repository_name', 2: 'ready' } };

/** Reads `RepositoryIndexRequest`: are only the ready ones wanted? */
export function readIndexRequest(bytes: Buffer): { readonly onlyReady: boolean } {
  const reader = new MessageReader(bytes, indexShape);
  let onlyReady = false;
  while (reader.advance()) if (reader.field === 2) onlyReady = reader.flag();
  return { onlyReady };
}

const loadShape: MessageShape = {
  name: 'the request',
  fields: { 1: 'repository_name', 2: 'model_name', 3: 'parameters' },
};
const entryShape: MessageShape = { name: 'parameters', fields: { 1: 'key', 2: 'value' } };
const valueShape: MessageShape = { name: 'ModelRepositoryParameter', fields: { 2: 'int64_param', 3: 'string_param' } };

/** Which version of an endpoint to load or unload; `null` is the champion. */
export interface LoadRequest {
  readonly name: string;
  readonly version: string | null;
}

/** Reads `RepositoryModelLoadRequest` and `RepositoryModelUnloadRequest`; of their parameters only `version` counts. */
export function readLoadRequest(bytes: Buffer): LoadRequest {
  const reader = new MessageReader(bytes, loadShape);
  let name = '';
  let version: string | null = null;
  while (reader.advance()) {
    if (reader.field === 2) name = reader.text();
    else if (reader.field === 3) version = readVersion(reader.message(entryShape)) ?? version;
  }
  return { name, version };
}

function readVersion(entry: MessageReader): string | undefined {
  let key = '';
  let value: string | undefined;
  while (entry.advance()) {
    if (entry.field === 1) key = entry.text();
    else if (entry.field === 2) value = readText(entry.message(valueShape));
  }
  return key === 'version' ? value : undefined;
}

function readText(reader: MessageReader): string | undefined {
  let value: string | undefined;
  while (reader.advance()) {
    if (reader.field === 2) value = String(reader.bigInteger(true));
    else if (reader.field === 3) value = reader.text();
  }
  return value;
}

const healthShape: MessageShape = { name: 'HealthCheckRequest', fields: { 1: 'service' } };

/** Reads `grpc.health.v1.HealthCheckRequest`; an empty service is the whole server. */
export function readHealthRequest(bytes: Buffer): { readonly service: string } {
  const reader = new MessageReader(bytes, healthShape);
  let service = '';
  while (reader.advance()) if (reader.field === 1) service = reader.text();
  return { service };
}

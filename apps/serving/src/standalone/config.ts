import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultPorts, LaurelError } from '@laurel/contracts';
import { isName, parseDuration } from '@laurel/domain';
import { type TracingSettings, tracingSettings } from '@laurel/telemetry';
import { type StreamDialect, streamDialects } from '../grpc/stream-infer.js';

/** A model file and the name it is asked by. */
export interface ModelFile {
  readonly name: string;
  readonly path: string;
}

/** Everything a serving process on its own is told. */
export interface StandaloneConfig {
  readonly models: readonly ModelFile[];
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  /** Folder of the prediction log; `null` keeps none. */
  readonly log: string | null;
  /** A slower run counts against the model; `null`: time does not count. */
  readonly slaMilliseconds: number | null;
  /** Rows of several requests that share a run at most. */
  readonly maximumBatch: number;
  /** Load a file again when it changes. */
  readonly watch: boolean;
  /** Of gRPC streams whose callers name none. */
  readonly streamDialect: StreamDialect;
  /** From the environment; `null` writes no traces. */
  readonly tracing: TracingSettings | null;
  readonly logLevel: string;
}

const options = {
  model: { type: 'string', multiple: true, default: [] as string[] },
  name: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: String(defaultPorts.serving) },
  'grpc-port': { type: 'string', default: String(defaultPorts.servingGrpc) },
  'grpc-stream': { type: 'string', default: 'triton' },
  log: { type: 'string' },
  sla: { type: 'string' },
  'max-batch': { type: 'string', default: '64' },
  watch: { type: 'boolean', default: false },
  'log-level': { type: 'string', default: 'warn' },
} as const;

const nameForm = 'lower-case letters, digits and hyphens, at most 63';

/** Reads the arguments, and the environment for traces; reports all problems together. Errors: `InvalidInput`. */
export function parseStandaloneConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): StandaloneConfig {
  const given = valuesOf(args);
  const models = modelFiles(given.model, given.name);
  const maximumBatch = Number(given['max-batch']);
  const slaMilliseconds = given.sla === undefined ? null : (parseDuration(given.sla) ?? Number.NaN);
  const streamDialect = streamDialects.find((dialect) => dialect === given['grpc-stream']);
  const tracingProblems: string[] = [];
  const tracing = tracingSettings(env, tracingProblems);
  const problems = [
    ...namingProblems(models, given.name),
    ...portProblems('--port', given.port),
    ...portProblems('--grpc-port', given['grpc-port']),
    ...(/^\d+$/.test(given['max-batch']) && maximumBatch >= 1 && maximumBatch <= 64
      ? []
      : [`--max-batch is "${given['max-batch']}" (a number of rows, 1 to 64)`]),
    ...(Number.isNaN(slaMilliseconds) ? [`--sla is "${given.sla}" (a time such as 50ms or 1s)`] : []),
    ...(streamDialect === undefined
      ? [`--grpc-stream is "${given['grpc-stream']}" (any of ${streamDialects.join(', ')})`]
      : []),
    ...tracingProblems,
  ];
  if (problems.length > 0 || streamDialect === undefined)
    throw new LaurelError('InvalidInput', `laurel serve cannot start: ${problems.join('; ')}.`);
  const { host, watch, log = null, 'log-level': logLevel } = given;
  const [port, grpcPort] = [Number(given.port), Number(given['grpc-port'])];
  const answering = { slaMilliseconds, maximumBatch, watch, streamDialect, tracing };
  return { models, host, port, grpcPort, log, logLevel, ...answering };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.?(?:\n|$|\. )/);
    throw new LaurelError('InvalidInput', `laurel serve cannot start: ${sentence}.`, { cause: error });
  }
}

function modelFiles(given: readonly string[], name: string | undefined): readonly ModelFile[] {
  return given.map((text) => {
    const [, named, path] = /^([^/=\\]+)=(.+)$/.exec(text) ?? [];
    if (named !== undefined && path !== undefined) return { name: named, path };
    return { name: name ?? nameOfFile(text), path: text };
  });
}

/** A name out of that of a file: `Churn Model.v2.onnx` becomes `churn-model-v2`. */
function nameOfFile(path: string): string {
  const stem = basename(path).replace(/\.onnx$/i, '');
  const name = stem
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return isName(name) ? name : 'model';
}

function portProblems(option: string, text: string): readonly string[] {
  return /^\d+$/.test(text) && Number(text) <= 65_535 ? [] : [`${option} is "${text}" (a port, 0 to 65535)`];
}

function namingProblems(models: readonly ModelFile[], name: string | undefined): readonly string[] {
  if (models.length === 0) return ['no model is named (--model model.onnx)'];
  if (name !== undefined && models.length > 1) return ['--name goes with one --model (several: --model NAME=FILE)'];
  const names = models.map((model) => model.name);
  return [
    ...names.filter((one) => !isName(one)).map((one) => `a model cannot be called "${one}" (${nameForm})`),
    ...names
      .filter((one, index) => names.indexOf(one) !== index)
      .map((one) => `two models are called "${one}" (--model NAME=FILE gives each a name)`),
  ];
}

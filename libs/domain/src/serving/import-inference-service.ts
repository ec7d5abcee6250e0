/** What an import reads of KServe's `InferenceService`, `serving.kserve.io/v1beta1`. */
export interface InferenceServiceManifest {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly predictor: InferenceServicePredictor;
    readonly transformer?: object;
    readonly explainer?: object;
    readonly canary?: readonly object[];
  };
}

interface ModelSource {
  readonly storageUri?: string;
  readonly storage?: { readonly key?: string; readonly path?: string };
  readonly protocolVersion?: string;
}

interface InferenceServicePredictor {
  readonly model?: ModelSource & { readonly modelFormat: { readonly name: string }; readonly runtime?: string };
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly canaryTrafficPercent?: number;
  readonly batcher?: { readonly maxBatchSize?: number; readonly maxLatency?: number };
  readonly logger?: { readonly mode?: string; readonly url?: string };
  readonly containers?: readonly object[];
  /** The older way: the format is the key, `onnx: { storageUri }`. */
  readonly [format: string]: unknown;
}

/** A project file to be completed: what is in it follows from the manifest, and `notes` says what does not. */
export type ImportedEndpoint =
  | { readonly ok: true; readonly project: object; readonly modelUri: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What makes a model of a format servable, for those that are not ONNX. */
const conversions: { readonly [format: string]: string } = {
  sklearn: 'convert it with skl2onnx (zipmap off)',
  xgboost: 'convert it with onnxmltools',
  lightgbm: 'convert it with onnxmltools',
  pytorch: 'export it with torch.onnx.export',
  tensorflow: 'convert it with tf2onnx',
  paddle: 'convert it with paddle2onnx',
  pmml: 'train it again with a trainer that writes ONNX',
  huggingface: 'export it with optimum',
  mlflow: 'log its ONNX flavor',
};

/** Served as they are: an ONNX graph, or Triton's folder with one in it. */
const servable: readonly string[] = ['onnx', 'triton'];
const protocols: readonly string[] = ['v1', 'v2', 'grpc-v2'];
const mostProcesses = 64;
const mostRows = 1_000;

/** To be replaced by people: a manifest does not say what a model was trained on. */
const unknown = 'TO_BE_FILLED_IN';

/**
 * The endpoint of an `InferenceService` as a project of Laurel. Only ONNX is servable; another format is refused by its
 * name with what to do about it, and so is what would answer otherwise than the model alone.
 */
export function importInferenceService(manifest: InferenceServiceManifest): ImportedEndpoint {
  const { metadata, spec } = manifest;
  const format = formatOf(spec.predictor);
  const problems = [...formatProblems(format, spec.predictor), ...pipelineProblems(spec)];
  const source = format === undefined ? undefined : sourceOf(spec.predictor, format);
  const modelUri = source?.storageUri ?? storageAddress(source?.storage);
  if (problems.length === 0 && modelUri === undefined) problems.push('spec.predictor names no storageUri; add it');
  const protocol = source?.protocolVersion;
  if (protocol !== undefined && !protocols.includes(protocol)) {
    problems.push(`protocol ${protocol} is not served; its clients can speak ${protocols.join(', ')}`);
  }
  if (problems.length > 0 || modelUri === undefined) return { ok: false, problems };
  return { ok: true, project: projectFor(metadata.name, spec.predictor), modelUri, notes: notesFor(manifest, format) };
}

function projectFor(name: string, { minReplicas, batcher }: InferenceServicePredictor): object {
  return {
    apiVersion: 'laurel/v1',
    kind: 'ModelProject',
    metadata: { name, description: `Imported from the InferenceService ${name}` },
    spec: {
      task: 'binary',
      data: { source: { format: 'csv', uri: `data/${unknown}.csv` }, target: { column: unknown } },
      training: { command: ['python', 'train.py'] },
      serving: {
        endpoint: name,
        ...(minReplicas === undefined ? {} : { processes: clamped(minReplicas, mostProcesses) }),
        ...(batcher === undefined ? {} : { batching: batchingOf(batcher) }),
      },
    },
  };
}

function batchingOf({ maxBatchSize, maxLatency }: NonNullable<InferenceServicePredictor['batcher']>): object {
  return {
    ...(maxBatchSize === undefined ? {} : { maxRows: clamped(maxBatchSize, mostRows) }),
    ...(maxLatency === undefined ? {} : { maxDelay: `${maxLatency}ms` }),
  };
}

function notesFor({ metadata, spec }: InferenceServiceManifest, format: string | undefined): readonly string[] {
  const { predictor } = spec;
  const { minReplicas, maxReplicas, canaryTrafficPercent: percent, logger } = predictor;
  const canary = percent === undefined || percent >= 100 ? undefined : percent;
  return [
    `Fill in spec.task, spec.data and spec.training: a manifest does not say what ${metadata.name} was trained on.`,
    ...(format === 'triton'
      ? ["Triton's folder must hold an ONNX graph (1/model.onnx); other backends are not served."]
      : []),
    ...(canary === undefined
      ? []
      : [`KServe is in the middle of a canary of ${canary} %; end it first, only the newest revision is imported.`]),
    ...(minReplicas === 0 ? ['Serving processes do not scale to zero; one is kept.'] : []),
    ...(maxReplicas === undefined
      ? []
      : ['Serving is scaled outside of Laurel (a Deployment with an autoscaler), not by maxReplicas.']),
    ...(logger === undefined
      ? []
      : ['Answers are kept in the prediction log; nothing is sent to the URL of the logger.']),
    ...(spec.explainer === undefined
      ? []
      : ['The explainer is left out; versions explain themselves (explain in the docs on serving).']),
  ];
}

function formatProblems(format: string | undefined, { containers, model }: InferenceServicePredictor): string[] {
  if (format !== undefined && servable.includes(format)) return [];
  if (format !== undefined) {
    const remedy = conversions[format] ?? 'convert it to ONNX';
    return [`format ${format} is not served, only ONNX graphs are; ${remedy}, and import again`];
  }
  if (containers !== undefined && model === undefined) {
    return ['the predictor is a container of its own, not a model; export the model in it as ONNX, and import again'];
  }
  return ['spec.predictor names no model; add model.modelFormat and storageUri'];
}

function pipelineProblems({ transformer, canary }: InferenceServiceManifest['spec']): readonly string[] {
  return [
    ...(transformer === undefined
      ? []
      : [
          'the transformer would be left out, and the model would answer other inputs; put its work into the ONNX graph',
        ]),
    ...(canary === undefined || canary.length === 0
      ? []
      : ['spec.canary names a second predictor; end that canary first, one endpoint has one champion']),
  ];
}

/** The format as KServe names it, whichever way it is written. */
function formatOf(predictor: InferenceServicePredictor): string | undefined {
  if (predictor.model !== undefined) return predictor.model.modelFormat.name.toLowerCase();
  return [...servable, ...Object.keys(conversions)].find((format) => predictor[format] !== undefined);
}

function sourceOf(predictor: InferenceServicePredictor, format: string): ModelSource {
  return predictor.model ?? (predictor[format] as ModelSource);
}

function storageAddress(storage: ModelSource['storage']): string | undefined {
  return storage?.path === undefined ? undefined : `${storage.key ?? 'storage'}:${storage.path}`;
}

function clamped(value: number, most: number): number {
  return Math.max(1, Math.min(most, value));
}

import { createClient, type LaurelClient, LaurelRequestError, type PredictAnswer, type Row } from '@laurel/client';
import { isErrorCode, LaurelError } from '@laurel/contracts';
import { answered } from '../exit.js';
import type { JsonObject } from '../input/json-rows.js';
import { type Nested, nested, tensorsOfRows } from './tensors-of-rows.js';

/** The answer of a bare graph: its outputs, each with one element per row. */
export interface GraphAnswer {
  readonly model: string;
  readonly modelVersion: string | null;
  readonly predictionIds: readonly string[];
  readonly outputs: { readonly [name: string]: readonly Nested[] };
}

export type Answer =
  | { readonly kind: 'predictions'; readonly answer: PredictAnswer }
  | { readonly kind: 'graph'; readonly answer: GraphAnswer };

/** A serving process, or one that stands alone. */
export interface ServingServer {
  readonly url: string;
  readonly apiKey: string | null;
}

/** Asks with rows. Errors: the server's; `DependencyUnavailable` when nobody answers. */
export async function askServing(
  { url, apiKey }: ServingServer,
  {
    endpoint,
    rows,
    stickyKey,
  }: { readonly endpoint: string; readonly rows: readonly JsonObject[]; readonly stickyKey?: string },
): Promise<Answer> {
  const client = createClient({ url, ...(apiKey === null ? {} : { apiKey }) });
  const options = stickyKey === undefined ? {} : { stickyKey };
  try {
    try {
      return { kind: 'predictions', answer: await client.predict(endpoint, rows as readonly Row[], options) };
    } catch (error) {
      if (!isOfGraph(error)) throw error;
      return { kind: 'graph', answer: await askGraph(client, endpoint, rows) };
    }
  } catch (error) {
    throw translated(error, url);
  }
}

/** A model without columns takes tensors only; it says so. */
function isOfGraph(error: unknown): boolean {
  return error instanceof LaurelRequestError && error.code === 'InvalidInput' && error.message.includes('bare graph');
}

async function askGraph(client: LaurelClient, model: string, rows: readonly JsonObject[]): Promise<GraphAnswer> {
  const { inputs } = await client.metadata(model);
  const answer = await client.infer(model, tensorsOfRows(rows, inputs), { parameters: { prediction_ids: true } });
  const { prediction_ids: all } = answer.parameters;
  const ids = typeof all === 'string' ? all.split(',') : [answer.predictionId ?? ''];
  return {
    model,
    modelVersion: answer.version,
    predictionIds: ids,
    outputs: Object.fromEntries(answer.outputs.map((output) => [output.name, perRow(nested(output), ids.length)])),
  };
}

/** Outputs of a model that takes no batches belong to one row as a whole. */
function perRow(values: readonly Nested[], rows: number): readonly Nested[] {
  return values.length === rows ? values : [values];
}

function translated(error: unknown, url: string): unknown {
  if (!(error instanceof LaurelRequestError)) return error;
  const { code, message, details } = error;
  if (isErrorCode(code)) return new LaurelError(code, message, { details, cause: answered });
  if (code === 'Unreachable' || code === 'TimedOut') {
    const sentence = `Serving at ${url} does not answer; start it with laurel up or laurel serve, or name it with --url.`;
    return new LaurelError('DependencyUnavailable', sentence, { cause: error });
  }
  return new LaurelError('Internal', message, { cause: error });
}

import { sendJson } from './http.js';

/** Where the answer came from, out of the headers every prediction answer carries. */
export interface PredictionSource {
  readonly version: string | null;
  readonly arm: string | null;
  readonly predictionId: string | null;
  readonly fallback: string | null;
}

/** The data plane as the command sees it. */
export class ServingClient {
  constructor(private readonly options: { readonly url: string; readonly key: string | null }) {}

  /** Predicts raw rows. Errors: the problem of the answer; `DependencyUnavailable`. */
  async predict(
    endpoint: string,
    rows: readonly unknown[],
  ): Promise<{ readonly answer: unknown; readonly source: PredictionSource }> {
    const { url, key } = this.options;
    const { body, headers } = await sendJson({
      method: 'POST',
      url: `${url}/predict/${encodeURIComponent(endpoint)}`,
      headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: { rows },
      unreachable: `Serving at ${url} does not answer; start it with laurel up.`,
    });
    return {
      answer: body,
      source: {
        version: headers.get('x-laurel-version'),
        arm: headers.get('x-laurel-arm'),
        predictionId: headers.get('x-laurel-prediction-id'),
        fallback: headers.get('x-laurel-fallback'),
      },
    };
  }
}

import type { PredictAnswer, Served } from '../predictions.js';
import type { RequestCounters } from './statistics.js';
import { Durations } from './tallies.js';

/** How long requests for one endpoint took, by stage. */
export class StageDurations {
  /** From the whole message to the data plane: it is read into rows or tensors. */
  readonly preprocess = new Durations();
  /** In the data plane. */
  readonly predict = new Durations();
  readonly explain = new Durations();
  /** From the answer to its bytes. */
  readonly postprocess = new Durations();
}

/** When an explanation went from one stage to the next, on the clock of `performance.now()`. */
interface ExplainTimes {
  readonly receivedAt: number;
  readonly startedAt: number;
  readonly answeredAt: number;
}

/** Measures what happens to requests before and after the data plane. */
export interface Stages {
  /** The data plane is done with a request, just now. */
  served(served: Pick<Served, 'request' | 'split' | 'milliseconds'>): void;
  /** An answer, given at `answeredAt` on the clock of `performance.now()`, has been made bytes just now. */
  wrote(answer: Pick<PredictAnswer, 'endpoint' | 'version'>, answeredAt: number): void;
  /** An explanation has been made bytes just now. */
  explained(endpoint: string, times: ExplainTimes): void;
  /** By endpoint. */
  all(): ReadonlyMap<string, StageDurations>;
}

export function createStages(counters: Pick<RequestCounters, 'of'>): Stages {
  const endpoints = new Map<string, StageDurations>();

  function of(endpoint: string): StageDurations {
    const known = endpoints.get(endpoint);
    if (known !== undefined) return known;
    const made = new StageDurations();
    endpoints.set(endpoint, made);
    return made;
  }

  return {
    all: () => endpoints,
    served: ({ request: { receivedAt }, split, milliseconds }) => {
      const { preprocess, predict } = of(split.endpoint);
      predict.add(milliseconds);
      if (receivedAt !== undefined) preprocess.add(Math.max(0, performance.now() - milliseconds - receivedAt));
    },
    wrote: ({ endpoint, version }, answeredAt) => {
      const milliseconds = performance.now() - answeredAt;
      of(endpoint).postprocess.add(milliseconds);
      const { output } = counters.of(endpoint, version.version);
      output.count += 1;
      output.milliseconds += milliseconds;
    },
    explained: (endpoint, { receivedAt, startedAt, answeredAt }) => {
      const { preprocess, explain, postprocess } = of(endpoint);
      preprocess.add(startedAt - receivedAt);
      explain.add(answeredAt - startedAt);
      postprocess.add(performance.now() - answeredAt);
    },
  };
}

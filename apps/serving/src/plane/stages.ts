import type { VersionNumber } from '@laurel/domain';
import type { PredictAnswer, Served } from '../predictions.js';
import { Durations } from './durations.js';

/** How long requests for one endpoint took before and after the data plane, and explanations in all stages. */
export class StageDurations {
  /** From the whole message to the data plane: it is read into rows or tensors. */
  readonly preprocess = new Durations();
  readonly explain = new Durations();
  /** From the answer to its bytes. */
  readonly postprocess = new Durations();
}

/** Answers made bytes, and how long that took in all. */
export interface Output {
  count: number;
  milliseconds: number;
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
  /** Of a version; zeros before its first answer. */
  output(endpoint: string, version: VersionNumber): Readonly<Output>;
}

interface Measured {
  readonly durations: StageDurations;
  readonly outputs: Map<VersionNumber, Output>;
}

export function createStages(): Stages {
  const endpoints = new Map<string, Measured>();

  function of(endpoint: string): Measured {
    const known = endpoints.get(endpoint);
    if (known !== undefined) return known;
    const made = { durations: new StageDurations(), outputs: new Map<VersionNumber, Output>() };
    endpoints.set(endpoint, made);
    return made;
  }

  return {
    all: () => new Map([...endpoints].map(([endpoint, { durations }]) => [endpoint, durations])),
    output: (endpoint, version) => endpoints.get(endpoint)?.outputs.get(version) ?? { count: 0, milliseconds: 0 },
    served: ({ request: { receivedAt }, split, milliseconds }) => {
      if (receivedAt === undefined) return;
      of(split.endpoint).durations.preprocess.add(Math.max(0, performance.now() - milliseconds - receivedAt));
    },
    wrote: ({ endpoint, version: { version } }, answeredAt) => {
      const milliseconds = performance.now() - answeredAt;
      const { durations, outputs } = of(endpoint);
      durations.postprocess.add(milliseconds);
      const output = outputs.get(version);
      if (output === undefined) outputs.set(version, { count: 1, milliseconds });
      else {
        output.count += 1;
        output.milliseconds += milliseconds;
      }
    },
    explained: (endpoint, { receivedAt, startedAt, answeredAt }) => {
      const { preprocess, explain, postprocess } = of(endpoint).durations;
      preprocess.add(startedAt - receivedAt);
      explain.add(answeredAt - startedAt);
      postprocess.add(performance.now() - answeredAt);
    },
  };
}

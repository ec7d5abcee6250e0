import type { Served } from '../predictions.js';
import type { Batcher } from './batcher.js';
import type { Endpoints } from './endpoints.js';
import { RunCounts } from './run-counts.js';

/** How often, and how long in all, nanoseconds. */
export interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** What one version did since this process started; plain data after Triton's statistics extension, its names included. */
export interface ModelStatistic {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 before the first. */
  readonly last_inference: number;
  /** Rows answered. */
  readonly inference_count: number;
  /** Runs of the graph; rows of several requests may share one. */
  readonly execution_count: number;
  readonly inference_stats: {
    readonly success: Duration;
    readonly fail: Duration;
    readonly queue: Duration;
    readonly compute_input: Duration;
    readonly compute_infer: Duration;
    readonly compute_output: Duration;
    readonly cache_hit: Duration;
    readonly cache_miss: Duration;
  };
  readonly batch_stats: readonly {
    readonly batch_size: number;
    readonly compute_input: Duration;
    readonly compute_infer: Duration;
    readonly compute_output: Duration;
  }[];
}

/**
 * Statistics of an endpoint's version, of all its versions when `version` is `null`, of all endpoints when `model` is
 * empty. Errors: `NotFound`.
 */
export type ModelStatistics = (model: string, version: string | null) => readonly ModelStatistic[];

/** What is counted of the requests for one version. */
export interface VersionCounters {
  readonly success: { count: number; milliseconds: number };
  readonly fail: { count: number; milliseconds: number };
  /** Answers made bytes. */
  readonly output: { count: number; milliseconds: number };
  rows: number;
  /** Milliseconds since 1970; 0 before the first. */
  lastAt: number;
}

/** Counts requests by endpoint and version number. */
export interface RequestCounters {
  served(served: Pick<Served, 'split' | 'chosen' | 'failure' | 'milliseconds' | 'at' | 'request'>): void;
  /** Counters of a version; zeros before its first request. */
  of(endpoint: string, version: number): VersionCounters;
}

const none = () => ({ count: 0, milliseconds: 0 });

export function createRequestCounters(): RequestCounters {
  const endpoints = new Map<string, Map<number, VersionCounters>>();

  function of(endpoint: string, version: number): VersionCounters {
    let versions = endpoints.get(endpoint);
    if (versions === undefined) {
      versions = new Map();
      endpoints.set(endpoint, versions);
    }
    const known = versions.get(version);
    if (known !== undefined) return known;
    const made = { success: none(), fail: none(), output: none(), rows: 0, lastAt: 0 };
    versions.set(version, made);
    return made;
  }

  return {
    of,
    served: ({ split, chosen, failure, milliseconds, at, request }) => {
      const counters = of(split.endpoint, chosen.version.version);
      const outcome = failure === null ? counters.success : counters.fail;
      outcome.count += 1;
      outcome.milliseconds += milliseconds;
      counters.lastAt = at;
      if (failure === null) counters.rows += request.rows;
    },
  };
}

export interface StatisticsParts {
  readonly endpoints: Pick<Endpoints, 'names' | 'version' | 'versions' | 'model' | 'isReady'>;
  readonly counters: Pick<RequestCounters, 'of'>;
  readonly batchers: { of(model: ReturnType<Endpoints['model']>): Pick<Batcher, 'counts'> };
}

/** Statistics of what the routing table names, from the counters of requests and of runs. */
export function createStatistics({ endpoints, counters, batchers }: StatisticsParts): ModelStatistics {
  const statistic = (name: string, wanted: string): ModelStatistic => {
    const { version } = endpoints.version(name, wanted);
    const runs = endpoints.isReady(name, wanted) ? batchers.of(endpoints.model(name, wanted)).counts : noRuns;
    return statisticOf({ name, version: String(version) }, counters.of(name, version), runs);
  };
  return (model, version) => {
    if (model !== '' && version !== null) return [statistic(model, version)];
    const names = model === '' ? endpoints.names() : [model];
    return names.flatMap((name) => endpoints.versions(name).map((one) => statistic(name, one)));
  };
}

const noRuns = new RunCounts();
const nothing: Duration = { count: 0, ns: 0 };

/**
 * One version's counters in Triton's shape. `compute_input` is from the whole message to the queue, `compute_output` from
 * the answer to its bytes. What is not measured apart is 0: inputs and outputs by batch size, because requests share runs,
 * and a cache, which there is none of.
 */
export function statisticOf(
  named: Pick<ModelStatistic, 'name' | 'version'>,
  { success, fail, output, rows, lastAt }: VersionCounters,
  runs: Batcher['counts'],
): ModelStatistic {
  return {
    ...named,
    last_inference: lastAt,
    inference_count: rows,
    execution_count: runs.executions,
    inference_stats: {
      success: duration(success.count, success.milliseconds),
      fail: duration(fail.count, fail.milliseconds),
      queue: duration(success.count, runs.queueMilliseconds),
      compute_input: duration(runs.inputs, runs.inputMilliseconds),
      compute_infer: duration(runs.executions, runs.runMilliseconds),
      compute_output: duration(output.count, output.milliseconds),
      cache_hit: nothing,
      cache_miss: nothing,
    },
    batch_stats: batchStats(runs),
  };
}

function batchStats({ bySize }: Batcher['counts']): ModelStatistic['batch_stats'] {
  return [...bySize]
    .sort(([one], [other]) => one - other)
    .map(([size, { executions, runMilliseconds }]) => ({
      batch_size: size,
      compute_input: nothing,
      compute_infer: duration(executions, runMilliseconds),
      compute_output: nothing,
    }));
}

function duration(count: number, milliseconds: number): Duration {
  return { count, ns: Math.round(milliseconds * 1e6) };
}

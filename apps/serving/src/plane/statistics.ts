import type { Batcher } from './batcher.js';
import type { Endpoints } from './endpoints.js';
import { RunCounts } from './run-counts.js';
import type { Output, Stages } from './stages.js';
import type { Tallies, Tally } from './tallies.js';

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

export interface StatisticsParts {
  readonly endpoints: Pick<Endpoints, 'names' | 'version' | 'versions' | 'model' | 'isReady'>;
  readonly tallies: Pick<Tallies, 'ofVersion'>;
  readonly stages: Pick<Stages, 'output'>;
  readonly batchers: { of(model: ReturnType<Endpoints['model']>): Pick<Batcher, 'counts'> };
}

/** Statistics of what the routing table names, from the counters of requests and of runs. */
export function createStatistics({ endpoints, tallies, stages, batchers }: StatisticsParts): ModelStatistics {
  const statistic = (name: string, wanted: string): ModelStatistic => {
    const { version } = endpoints.version(name, wanted);
    const runs = endpoints.isReady(name, wanted) ? batchers.of(endpoints.model(name, wanted)).counts : noRuns;
    const counted = { tallies: tallies.ofVersion(name, version), output: stages.output(name, version), runs };
    return statisticOf({ name, version: String(version) }, counted);
  };
  return (model, version) => {
    if (model !== '' && version !== null) return [statistic(model, version)];
    const names = model === '' ? endpoints.names() : [model];
    return names.flatMap((name) => endpoints.versions(name).map((one) => statistic(name, one)));
  };
}

const noRuns = new RunCounts();
const nothing: Duration = { count: 0, ns: 0 };

/** What is counted of one version, as every arm that it has been. */
interface Counted {
  readonly tallies: readonly Tally[];
  readonly output: Readonly<Output>;
  readonly runs: Batcher['counts'];
}

/**
 * One version's counts in Triton's shape. `compute_input` is from the whole message to the queue, `compute_output` from
 * the answer to its bytes. What is not measured apart is 0: inputs and outputs by batch size, because requests share runs,
 * and a cache, which there is none of.
 */
export function statisticOf(
  named: Pick<ModelStatistic, 'name' | 'version'>,
  { tallies, output, runs }: Counted,
): ModelStatistic {
  const sum = (valueOf: (tally: Tally) => number) => tallies.reduce((total, tally) => total + valueOf(tally), 0);
  const [ok, failedMilliseconds] = [sum((tally) => tally.ok), sum((tally) => tally.failedMilliseconds)];
  return {
    ...named,
    last_inference: Math.max(0, ...tallies.map(({ lastAt }) => lastAt)),
    inference_count: sum((tally) => tally.rows),
    execution_count: runs.executions,
    inference_stats: {
      success: duration(ok, sum(({ durations }) => durations.milliseconds) - failedMilliseconds),
      fail: duration(sum(({ durations }) => durations.count) - ok, failedMilliseconds),
      queue: duration(ok, runs.queueMilliseconds),
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

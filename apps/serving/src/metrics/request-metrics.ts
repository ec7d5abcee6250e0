import type { ErrorCode } from '@laurel/contracts';
import { Durations } from '../plane/durations.js';
import type { Tallies, Tally } from '../plane/tallies.js';
import { championOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import { exposed, exposedDurations, type Sample } from './exposition.js';

export interface RequestMetricParts {
  readonly tallies: Tallies;
  readonly table: Pick<RoutingTable, 'splitOf'>;
}

/** Laurel's names, then Triton's, which dashboards and autoscalers know. */
export function requestMetrics({ tallies: counted, table }: RequestMetricParts): string {
  const tallies = counted.all();
  const arm = ({ endpoint, version, arm: role }: Tally) => ({ endpoint, version, arm: role });
  const triton = ({ endpoint, version }: Tally) => ({ model: endpoint, version });
  const failures = (tally: Tally) =>
    [...tally.failed].map(([status, value]) => ({ labels: { ...arm(tally), status }, value }));
  const counter = (help: string) => ({ type: 'counter' as const, help });
  return [
    exposed('laurel_requests_total', counter('Requests by the arm that was chosen'), [
      ...tallies.map((tally) => ({ labels: { ...arm(tally), status: 'ok' }, value: tally.ok })),
      ...tallies.flatMap(failures),
    ]),
    exposedDurations(
      'laurel_request_duration_seconds',
      'Time from parsed request to answer',
      tallies.map((tally) => ({ labels: arm(tally), durations: tally.durations })),
    ),
    exposed(
      'laurel_prediction_rows_total',
      counter('Rows answered'),
      perVersion(tallies, 'endpoint', ({ rows, fallbackRows }) => rows + fallbackRows),
    ),
    exposed(
      'laurel_fallbacks_total',
      counter('Answers of another arm than the chosen'),
      tallies.flatMap(({ endpoint, version, fallbacks }) =>
        [...fallbacks].map(([to, value]) => ({ labels: { endpoint, version, to }, value })),
      ),
    ),
    exposed(
      'nv_inference_request_success',
      counter('Successful requests'),
      perVersion(tallies, 'model', ({ ok }) => ok),
    ),
    exposed('nv_inference_request_failure', counter('Failed requests by reason'), [
      ...tallies.flatMap((tally) =>
        (['BACKEND', 'OTHER'] as const).map((reason) => ({
          labels: { ...triton(tally), reason },
          value: failedFor(tally, reason),
        })),
      ),
      ...refusedBefore(counted, table),
    ]),
    exposed(
      'laurel_requests_refused_total',
      counter('Requests that were neither answered nor held against a version, by error'),
      [...counted.refusals()].flatMap(([endpoint, codes]) =>
        [...codes].map(([code, value]) => ({ labels: { endpoint, code }, value })),
      ),
    ),
    exposedDurations(
      'request_predict_seconds',
      'Time in the data plane',
      [...Map.groupBy(tallies, ({ endpoint }) => endpoint)].map(([endpoint, group]) => ({
        labels: { model_name: endpoint },
        durations: inAll(group),
      })),
    ),
    exposed(
      'nv_inference_count',
      counter('Rows inferred'),
      perVersion(tallies, 'model', ({ rows }) => rows),
    ),
    exposed(
      'nv_inference_request_duration_us',
      counter('Cumulative time of requests, microseconds'),
      perVersion(tallies, 'model', ({ durations }) => Math.round(durations.milliseconds * 1000)),
    ),
  ].join('');
}

function failedFor({ failed }: Tally, reason: 'BACKEND' | 'OTHER'): number {
  let count = 0;
  for (const [code, value] of failed) if ((code === 'ModelOutputInvalid') === (reason === 'BACKEND')) count += value;
  return count;
}

/** Triton's reasons for what never reached a graph; it counts them against the version that would have been asked. */
function refusedBefore(tallies: Pick<Tallies, 'refusals'>, table: Pick<RoutingTable, 'splitOf'>): readonly Sample[] {
  return [...tallies.refusals()].flatMap(([endpoint, codes]) => {
    const split = table.splitOf(endpoint);
    const champion = split === undefined ? undefined : championOf(split);
    if (champion === undefined) return [];
    const of = (...names: readonly ErrorCode[]) => names.reduce((sum, name) => sum + (codes.get(name) ?? 0), 0);
    const labels = { model: endpoint, version: champion.version };
    return [
      { labels: { ...labels, reason: 'REJECTED' }, value: of('Overloaded', 'DeadlineExceeded') },
      { labels: { ...labels, reason: 'CANCELED' }, value: of('Cancelled') },
    ];
  });
}

function inAll(tallies: readonly Tally[]): Durations {
  const all = new Durations();
  for (const { durations } of tallies) all.addAll(durations);
  return all;
}

/** Sums over the arms that one version has been. */
function perVersion(
  tallies: readonly Tally[],
  name: 'endpoint' | 'model',
  valueOf: (tally: Tally) => number,
): readonly Sample[] {
  const groups = Map.groupBy(tallies, ({ endpoint, version }) => `${endpoint}|${version}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const value = group.reduce((sum, tally) => sum + valueOf(tally), 0);
    return [{ labels: { [name]: first.endpoint, version: first.version }, value }];
  });
}

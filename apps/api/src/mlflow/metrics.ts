import { LaurelError } from '@laurel/contracts';
import { trackingLimits } from '@laurel/domain';
import type { Arguments } from './arguments.js';
import { nextPage, offsetIn } from './paging.js';
import type { MlflowRoute } from './route.js';
import { shownMetric } from './shown-runs.js';

/** What was logged of a metric over time. */
export const metricRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: 'mlflow/metrics/get-history',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const limit = args.integer('max_results') ?? null;
      if (limit !== null && limit <= 0) throw args.invalid('max_results', 'it must be a positive integer');
      const [runId, key, offset] = [args.demandRunId(), args.demandText('metric_key'), offsetIn(args)];
      const { items, more } = await ports.tracking.metricHistory({ runId, key, offset, limit });
      return { metrics: items.map(shownMetric), ...nextPage(more, offset + items.length) };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/metrics/get-history-bulk-interval',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const wanted = {
        runIds: runIdsIn(args),
        key: args.demandText('metric_key'),
        ...stepsIn(args),
        limit: limitOf(args),
      };
      const points = await ports.tracking.metricHistoryInterval(wanted);
      return { metrics: points.map((point) => ({ ...shownMetric(point), run_id: point.runId })) };
    },
  },
];

function runIdsIn(args: Arguments): readonly string[] {
  const runIds = args.texts('run_ids');
  if (runIds.length === 0) throw args.missing('run_ids');
  if (runIds.length <= trackingLimits.runsInBulk) return [...new Set(runIds)];
  throw new LaurelError(
    'InvalidInput',
    `GetMetricHistoryBulkInterval request must specify at most ${trackingLimits.runsInBulk} run_ids. Received ${runIds.length} run_ids.`,
  );
}

function stepsIn(args: Arguments): { readonly from: number | null; readonly to: number | null } {
  const [from = null, to = null] = [args.integer('start_step'), args.integer('end_step')];
  if ((from === null) !== (to === null)) {
    throw new LaurelError('InvalidInput', 'If either start step or end step are specified, both must be specified.');
  }
  if (from !== null && to !== null && from > to) {
    throw new LaurelError(
      'InvalidInput',
      `end_step must be greater than start_step. Found start_step=${from} and end_step=${to}.`,
    );
  }
  return { from, to };
}

function limitOf(args: Arguments): number {
  const most = trackingLimits.metricsPerRunInBulk;
  const limit = args.integer('max_results') ?? most;
  if (limit >= 1 && limit <= most) return limit;
  throw new LaurelError('InvalidInput', `max_results must be between 1 and ${most}.`);
}

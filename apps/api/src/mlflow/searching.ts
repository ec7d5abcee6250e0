import { LaurelError } from '@laurel/contracts';
import {
  experimentGrammar,
  parseFilter,
  parseOrders,
  runGrammar,
  type SearchGrammar,
  trackingLimits,
} from '@laurel/domain';
import type { SearchRequest, ViewType } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { shownExperiment } from './experiments.js';
import { demandParsed, limitIn, nextPage, offsetIn } from './paging.js';
import type { MlflowRoute } from './route.js';
import { shownRun } from './shown-runs.js';

/** Numbers of MLflow's enumeration. */
const views: { readonly [view in ViewType]: number } = { ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 };
const usualPage = 1_000;

/** Searches with MLflow's filters, orders and pages. */
export const searchRoutes: readonly MlflowRoute[] = [
  {
    method: ['POST', 'GET'],
    path: 'mlflow/experiments/search',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const most = trackingLimits.experimentsPerPage;
      const search = searchIn(args, { grammar: experimentGrammar, view: 'view_type', most });
      const { items, more } = await ports.tracking.searchExperiments(search);
      return { experiments: items.map(shownExperiment), ...nextPage(more, search.offset + search.limit) };
    },
  },
  {
    method: 'POST',
    path: 'mlflow/runs/search',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const most = trackingLimits.runsPerPage;
      const search = searchIn(args, { grammar: runGrammar, view: 'run_view_type', most });
      const experimentIds = args.texts('experiment_ids');
      const { items, more } = await ports.tracking.searchRuns({ ...search, experimentIds });
      return { runs: items.map(shownRun), ...nextPage(more, search.offset + search.limit) };
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/search-datasets',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const experimentIds = args.texts('experiment_ids');
      const most = trackingLimits.experimentsOfDatasets;
      if (experimentIds.length === 0 || experimentIds.length > most) {
        throw new LaurelError(
          'InvalidInput',
          `SearchDatasets request must specify 1 to ${most} experiment_ids, not ${experimentIds.length}.`,
        );
      }
      const found = await ports.tracking.searchDatasets(experimentIds);
      return {
        dataset_summaries: found.map(({ experimentId, name, digest, context }) => ({
          experiment_id: experimentId,
          name,
          digest,
          ...(context === null ? {} : { context }),
        })),
      };
    },
  },
];

function searchIn(
  args: Arguments,
  { grammar, view, most }: { readonly grammar: SearchGrammar; readonly view: string; readonly most: number },
): SearchRequest {
  return {
    view: args.word(view, views) ?? 'ACTIVE_ONLY',
    filter: demandParsed(parseFilter(args.text('filter') ?? '', grammar)),
    order: demandParsed(parseOrders(args.texts('order_by'), grammar)),
    offset: offsetIn(args),
    limit: limitIn(args, { usual: usualPage, most }),
  };
}

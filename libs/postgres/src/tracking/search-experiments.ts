import { LaurelError } from '@laurel/contracts';
import type { SearchComparison } from '@laurel/domain';
import type { Experiment, Searched, Tracking } from '@laurel/ports';
import type { RunPrepared } from '../connect.js';
import { BoundValues } from './bound.js';
import { comparisonSql, keyedSql } from './comparison-sql.js';
import { type ExperimentRow, experimentColumns, toExperiment } from './experiments.js';
import { experimentNumber } from './refusals.js';
import { viewSql } from './search-runs.js';

const columns: { readonly [attribute: string]: string } = {
  name: 'e.name',
  experiment_id: 'e.experiment_id',
  creation_time: 'e.created_ms',
  last_update_time: 'e.updated_ms',
};
const tags = {
  table: 'experiment_tags',
  owner: ['experiment_id', 'e.experiment_id'],
  key: 'key',
  value: 'value',
} as const;

export function experimentSearchOver(prepared: RunPrepared): Pick<Tracking, 'searchExperiments'> {
  return {
    searchExperiments: async ({ view, filter, order, offset, limit }): Promise<Searched<Experiment>> => {
      const bound = new BoundValues();
      const conditions = [viewSql[view], ...filter.map((comparison) => conditionOf(comparison, bound))];
      const wanted =
        order.length > 0
          ? order
          : [
              { key: 'creation_time', ascending: false },
              { key: 'experiment_id', ascending: true },
            ];
      const keys = wanted.map(({ key, ascending }) => `${ordered(key)} ${ascending ? 'asc' : 'desc'}`);
      if (!wanted.some(({ key }) => key === 'experiment_id')) keys.push('e.experiment_id desc');
      const text = `select ${experimentColumns} from experiments as e where ${conditions.join(' and ')}
        order by ${keys.join(', ')} limit ${bound.place(limit + 1, 'bigint')} offset ${bound.place(offset, 'bigint')}`;
      const rows = await prepared<ExperimentRow>({ name: '', text }, bound.values);
      return { items: rows.slice(0, limit).map(toExperiment), more: rows.length > limit };
    },
  };
}

function conditionOf(comparison: SearchComparison, bound: BoundValues): string {
  if (comparison.entity === 'tag') return keyedSql(tags, comparison, bound);
  if (comparison.key !== 'experiment_id') return comparisonSql(columnOf(comparison.key), comparison, bound);
  if (comparison.comparator === 'LIKE' || comparison.comparator === 'ILIKE') {
    throw new LaurelError('InvalidInput', `Invalid comparator for experiment_id: ${comparison.comparator}`);
  }
  const ids = [comparison.value ?? ''].flat().map((id) => experimentNumber(String(id)));
  const negated = comparison.comparator === '!=' || comparison.comparator === 'NOT IN';
  return `e.experiment_id ${negated ? '<> all' : '= any'} (${bound.place(ids, 'bigint[]')})`;
}

const ordered = (key: string) => (key === 'name' ? 'e.name collate "C"' : columnOf(key));

function columnOf(key: string): string {
  const column = columns[key];
  if (column === undefined) throw new LaurelError('InvalidInput', `Experiments cannot be searched by '${key}'.`);
  return column;
}

import { LaurelError } from '@laurel/contracts';
import type { DatasetSummary, DatasetView } from '@laurel/contracts/schemas';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash, numberText, shortDigest } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const datasets: ResourceView = {
  name: 'DATASET/VERSION',
  names: (text) => /\/\d+$/.test(text),
  list: async ({ api, now }, { of, limit }) => {
    const all = await api.list<DatasetSummary>('datasets', limit);
    const items = of === undefined ? all : all.filter(({ dataset }) => dataset === of);
    return {
      data: items,
      human: () =>
        renderTable(
          ['dataset', 'version', 'rows', 'columns', 'digest', 'source', 'created'],
          items.map((item) => [
            item.dataset,
            String(item.version),
            String(item.rows),
            String(item.columns),
            shortDigest(item.digest),
            item.source,
            agoText(item.createdAt, now),
          ]),
        ),
    };
  },
  find: async ({ api, now }, name) => {
    const [, dataset, version] = /^(.+)\/(\d+)$/.exec(name) ?? [];
    if (dataset === undefined) {
      throw new LaurelError(
        'InvalidInput',
        `"${name}" names no dataset version; write DATASET/VERSION, as in churn/1.`,
      );
    }
    const item = await api.get<DatasetView>(`datasets/${encodeURIComponent(dataset)}/versions/${version}`);
    return { data: item, human: () => describe(item, now) };
  },
};

function describe(item: DatasetView, now: number): string {
  const fields = renderFields([
    ['Dataset', `${item.dataset} version ${item.version}`],
    ['Source', item.source],
    ['Rows', String(item.rows)],
    ['Digest', item.digest],
    ['MD5 (of DVC)', item.content?.md5 ?? dash],
    ['Created', agoText(item.createdAt, now)],
  ]);
  const statistics = new Map(item.statistics.columns.map((column) => [column.name, column]));
  const rows = item.schema.columns.map(({ name, kind, storage }) => {
    const column = statistics.get(name);
    const numeric = column?.numeric;
    const range = numeric === undefined ? dash : `${numberText(numeric.min)} to ${numberText(numeric.max)}`;
    return [name, kind, storage, String(column?.missing ?? dash), String(column?.distinct ?? dash), range];
  });
  return `${fields}\n\n${renderTable(['column', 'kind', 'storage', 'missing', 'distinct', 'range'], rows)}`;
}

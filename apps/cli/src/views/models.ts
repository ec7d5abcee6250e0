import type { ModelSummary } from '@laurel/contracts/schemas';
import { renderFields, renderTable } from '../output/table.js';
import { dash } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const models: ResourceView = {
  name: 'MODEL',
  names: () => true,
  list: async ({ api }) => {
    const { items } = await api.get<{ readonly items: readonly ModelSummary[] }>('models');
    return {
      data: items,
      human: () =>
        renderTable(
          ['model', 'versions', 'champion'],
          items.map((item) => [item.project, String(item.versions), numberOrDash(item.champion)]),
        ),
    };
  },
  find: async ({ api }, name) => {
    const item = await api.get<ModelSummary>(`models/${encodeURIComponent(name)}`);
    return {
      data: item,
      human: () =>
        renderFields([
          ['Model', item.project],
          ['Versions', String(item.versions)],
          ['Champion', numberOrDash(item.champion)],
        ]),
    };
  },
};

function numberOrDash(version: number | null): string {
  return version === null ? dash : String(version);
}

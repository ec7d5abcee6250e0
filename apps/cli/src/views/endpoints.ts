import type { EndpointAnswer, SplitView } from '@laurel/contracts/schemas';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const endpoints: ResourceView = {
  name: 'ENDPOINT',
  names: () => true,
  list: async ({ api }) => {
    const { items } = await api.get<{ readonly items: readonly EndpointAnswer[] }>('endpoints');
    return {
      data: items,
      human: () =>
        renderTable(
          ['endpoint', 'project', 'champion', 'traffic', 'epoch'],
          items.map(({ endpoint, project, champion, split }) => [
            endpoint,
            project,
            championText(champion),
            split === null ? dash : trafficText(split),
            split === null ? dash : String(split.epoch),
          ]),
        ),
    };
  },
  find: async ({ api, now }, name) => {
    const item = await api.get<EndpointAnswer>(`endpoints/${encodeURIComponent(name)}`);
    const { split } = item;
    return {
      data: item,
      human: () =>
        renderFields([
          ['Endpoint', item.endpoint],
          ['Project', item.project],
          ['Champion', championText(item.champion)],
          ['Traffic', split === null ? 'never served' : trafficText(split)],
          ['Sticky key', split?.stickyKey ?? dash],
          ['Baseline', split?.baseline == null ? dash : JSON.stringify(split.baseline)],
          ['Epoch', split === null ? dash : `${split.epoch} (fence ${item.fence})`],
          ['Since', split === null ? dash : `${agoText(split.appliedAt, now)} by ${split.appliedBy}: ${split.reason}`],
        ]),
    };
  },
};

function championText(champion: EndpointAnswer['champion']): string {
  return champion === null ? dash : `version ${champion.version} (${champion.semver})`;
}

/** Who gets what, as `version 1 95 %, version 2 5 %, shadow version 3 100 %`. */
export function trafficText({ arms, shadow }: Pick<SplitView, 'arms' | 'shadow'>): string {
  const shares = arms.map(({ version, weight }) => `version ${version} ${weight} %`);
  if (shadow !== null) shares.push(`shadow version ${shadow.version} ${shadow.sample} %`);
  return shares.length === 0 ? dash : shares.join(', ');
}

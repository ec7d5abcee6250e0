import type { ProjectSummaryView, ProjectView } from '@laurel/contracts/schemas';
import { stringify } from 'yaml';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, shortDigest } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const projects: ResourceView = {
  name: 'PROJECT',
  names: () => true,
  list: async ({ api, now }, { limit }) => {
    const items = await api.list<ProjectSummaryView>('projects', limit);
    return {
      data: items,
      human: () =>
        renderTable(
          ['project', 'task', 'endpoint', 'owner', 'applied'],
          items.map((item) => [item.name, item.task, item.endpoint, item.owner, agoText(item.appliedAt, now)]),
        ),
    };
  },
  find: async ({ api, now }, name) => {
    const item = await api.get<ProjectView>(`projects/${encodeURIComponent(name)}`);
    return {
      data: item,
      human: () =>
        `${renderFields([
          ['Project', item.name],
          ['Description', item.description],
          ['Owner', item.owner],
          ['Folder', item.folder],
          ['Applied', `${agoText(item.appliedAt, now)} by ${item.appliedBy} (${shortDigest(item.digest)})`],
        ])}\n\n${stringify(item.project.spec).trimEnd()}`,
    };
  },
};

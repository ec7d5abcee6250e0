import { LaurelError } from '@laurel/contracts';
import type { ModelSummary, VersionView } from '@laurel/contracts/schemas';
import type { ApiClient } from '../client/api-client.js';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash, numberText, shortDigest } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const versions: ResourceView = {
  name: 'MODEL/VERSION',
  names: (text) => text.includes('/'),
  list: async ({ api, now, printer }, { of, limit }) => {
    const items = await versionsOf(api, of, limit);
    return {
      data: items,
      human: () =>
        renderTable(
          ['model', 'version', 'semver', 'stage', 'aliases', 'gates', 'digest', 'created'],
          items.map((item) => [
            item.project,
            String(item.version),
            item.semver,
            item.stage,
            item.aliases.join(', ') || dash,
            gatesText(printer, item.gatesPassed),
            shortDigest(item.digest),
            agoText(item.createdAt, now),
          ]),
        ),
    };
  },
  find: async ({ api, now, printer }, name) => {
    const [model = '', version = ''] = name.split('/');
    if (!/^\d+$/.test(version)) {
      throw new LaurelError('InvalidInput', `"${name}" names no version; write MODEL/VERSION, as in churn/3.`);
    }
    const item = await api.get<VersionView>(`models/${encodeURIComponent(model)}/versions/${version}`);
    return { data: item, human: () => describe(item, { now, printer }) };
  },
};

async function versionsOf(api: ApiClient, model: string | undefined, limit: number): Promise<readonly VersionView[]> {
  const read = (name: string) => api.list<VersionView>(`models/${encodeURIComponent(name)}/versions`, limit);
  if (model !== undefined) return await read(model);
  const { items } = await api.get<{ readonly items: readonly ModelSummary[] }>('models');
  return (await Promise.all(items.map(({ project }) => read(project)))).flat();
}

function describe(item: VersionView, { now, printer }: { readonly now: number; readonly printer: Printer }): string {
  const { dataset, code } = item.lineage;
  const commit = code.commit === null ? dash : `${code.commit.slice(0, 12)}${code.dirty ? ' (with changes)' : ''}`;
  const fields = renderFields([
    ['Version', `${item.project}/${item.version} (${item.semver})`],
    ['Stage', item.stage],
    ['Aliases', item.aliases.join(', ') || dash],
    ['Algorithm', item.algorithm],
    ['Digest', item.digest],
    ['Run', item.runId],
    ['Data', `${dataset.name} version ${dataset.version} (${shortDigest(dataset.digest)})`],
    ['Commit', commit],
    ['Created', agoText(item.createdAt, now)],
    ['Gates', gatesText(printer, item.gatesPassed)],
  ]);
  return [fields, metricsTable(item), gatesTable(printer, item)].filter((part) => part !== '').join('\n\n');
}

function metricsTable({ metrics }: VersionView): string {
  const rows = Object.entries(metrics).map(([name, { value, low, high }]) => [
    name,
    numberText(value),
    `${numberText(low)} to ${numberText(high)}`,
  ]);
  return rows.length === 0 ? '' : renderTable(['metric', 'holdout', '95 % interval'], rows);
}

function gatesTable(printer: Printer, { gates }: VersionView): string {
  const rows = gates.map(({ gate, state, message }) => [
    printer.tint(state === 'pass' ? 'green' : 'red', state),
    gate,
    message,
  ]);
  return rows.length === 0 ? '' : renderTable(['', 'gate', 'result'], rows);
}

function gatesText(printer: Printer, passed: boolean): string {
  return passed ? printer.tint('green', 'passed') : printer.tint('red', 'failed');
}

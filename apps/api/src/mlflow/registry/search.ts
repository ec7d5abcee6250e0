import { LaurelError } from '@laurel/contracts';
import type { RegistryOrder, RegistrySearch } from '@laurel/ports';
import type { Arguments } from '../arguments.js';
import { limitIn, nextPage, offsetIn } from '../paging.js';
import type { MlflowRoute } from '../route.js';
import { conditionsIn, isAboutPrompts, type Searchable } from './conditions.js';
import { shownModel, shownVersion } from './shown.js';

const models: Searchable & Paged = {
  attributes: { name: { kind: 'name' } },
  order: { name: 'name', timestamp: 'updatedAt', last_updated_timestamp: 'updatedAt' },
  usualOrder: [],
  lastOrder: [{ field: 'name', descending: false }],
  pages: { usual: 100, most: 1_000 },
};

const versions: Searchable & Paged = {
  attributes: {
    name: { kind: 'name' },
    version_number: { kind: 'version' },
    run_id: { kind: 'runId' },
    source_path: { kind: 'source' },
  },
  order: {
    name: 'name',
    version_number: 'version',
    creation_timestamp: 'createdAt',
    last_updated_timestamp: 'updatedAt',
  },
  usualOrder: [{ field: 'updatedAt', descending: true }],
  lastOrder: [
    { field: 'name', descending: false },
    { field: 'version', descending: true },
  ],
  pages: { usual: 10_000, most: 200_000 },
};

interface Paged {
  readonly order: { readonly [key: string]: RegistryOrder['field'] };
  readonly usualOrder: readonly RegistryOrder[];
  /** Decides between what is equal. */
  readonly lastOrder: readonly RegistryOrder[];
  readonly pages: Parameters<typeof limitIn>[1];
}

export const searchRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: 'mlflow/registered-models/search',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const { search, page } = searchIn(args, models);
      const { shown, next } = page(await ports.modelRegistry.searchModels(search));
      return { registered_models: shown.map(shownModel), ...next };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/model-versions/search',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const { search, page } = searchIn(args, versions);
      const { shown, next } = page(await ports.modelRegistry.searchVersions(search));
      return { model_versions: shown.map(shownVersion), ...next };
    },
  },
];

/** What to ask for, one item more than the page holds, and how the page is cut off it. */
function searchIn(args: Arguments, kind: Searchable & Paged) {
  const size = limitIn(args, kind.pages);
  const offset = offsetIn(args);
  const conditions = conditionsIn(args, kind);
  const search: RegistrySearch = {
    conditions,
    order: orderIn(args, kind),
    limit: size + 1,
    offset,
    prompts: isAboutPrompts(conditions),
  };
  const page = <Item>(items: readonly Item[]) => ({
    shown: items.slice(0, size),
    next: nextPage(items.length > size, offset + size),
  });
  return { search, page };
}

function orderIn(args: Arguments, { order, usualOrder, lastOrder }: Paged): readonly RegistryOrder[] {
  const given = args.texts('order_by').map((text) => orderOf(text, order));
  const fields = given.map(({ field }) => field);
  if (new Set(fields).size !== fields.length) {
    throw args.invalid('order_by', `it contains duplicate fields: ${args.texts('order_by').join(', ').slice(0, 200)}`);
  }
  const chosen = given.length === 0 ? usualOrder : given;
  return [...chosen, ...lastOrder.filter(({ field }) => !fields.includes(field))];
}

const clause = /^\s*(?:attributes?\.)?[`"]?(\w+)[`"]?(?:\s+(asc|desc))?\s*$/i;

function orderOf(text: string, order: Paged['order']): RegistryOrder {
  const [, key = '', direction = 'asc'] = clause.exec(text) ?? [];
  const field = Object.hasOwn(order, key) ? order[key] : undefined;
  if (field === undefined) {
    const keys = Object.keys(order).join(', ');
    throw new LaurelError(
      'InvalidInput',
      `Invalid order by key '${text.slice(0, 100)}' specified. Valid keys are ${keys}.`,
    );
  }
  return { field, descending: direction.toLowerCase() === 'desc' };
}

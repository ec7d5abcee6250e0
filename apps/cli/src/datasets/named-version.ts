import { LaurelError } from '@laurel/contracts';
import type { DatasetView } from '@laurel/contracts/schemas';
import type { ApiClient } from '../client/api-client.js';

interface NamedVersion {
  readonly dataset: string;
  readonly version: string | undefined;
}

function parsed(text: string): NamedVersion {
  const [, dataset, version] = /^([^@/]+)(?:[@/](\d+))?$/.exec(text) ?? [];
  if (dataset !== undefined) return { dataset, version };
  throw new LaurelError('InvalidInput', `"${text}" names no dataset; write DATASET or DATASET@VERSION, as in churn@1.`);
}

/** The version that `DATASET`, `DATASET@VERSION` or `DATASET/VERSION` names. Errors: `InvalidInput`, `NotFound`. */
export async function versionOf(api: ApiClient, text: string): Promise<DatasetView> {
  const { dataset, version } = parsed(text);
  const path = `datasets/${encodeURIComponent(dataset)}`;
  return api.get<DatasetView>(version === undefined ? path : `${path}/versions/${version}`);
}

/** Two versions of one dataset, by their numbers. Error: `InvalidInput`. */
export function versionPair(
  earlier: string,
  later: string,
): { readonly dataset: string; readonly from: string; readonly to: string } {
  const [from, to] = [parsed(earlier), parsed(later)];
  if (from.version !== undefined && to.version !== undefined && from.dataset === to.dataset) {
    return { dataset: from.dataset, from: from.version, to: to.version };
  }
  throw new LaurelError(
    'InvalidInput',
    `"${earlier}" and "${later}" are not two versions of one dataset; write them as in churn@1 churn@2.`,
  );
}

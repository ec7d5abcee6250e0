import { LaurelError } from '@laurel/contracts';
import type { ModelRegistry, RegisteredModel, RegisteredVersion } from '@laurel/ports';
import type { MlflowCall } from '../route.js';

/** Error: `NotFound`, in MLflow's words. */
export async function foundModel(registry: ModelRegistry, name: string): Promise<RegisteredModel> {
  const model = await registry.findModel(name);
  if (model !== undefined) return model;
  throw new LaurelError('NotFound', `Registered Model with name=${name} not found`);
}

/** Error: `NotFound`, in MLflow's words. */
export async function foundVersion(
  registry: ModelRegistry,
  key: { readonly name: string; readonly version: number },
): Promise<RegisteredVersion> {
  const version = await registry.findVersion(key);
  if (version !== undefined) return version;
  throw new LaurelError('NotFound', `Model Version (name=${key.name}, version=${key.version}) not found`);
}

/** Who calls, as records name them. */
export function actorOf({ caller }: Pick<MlflowCall, 'caller'>): string {
  return caller?.name ?? 'anonymous';
}

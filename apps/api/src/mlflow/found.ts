import { LaurelError } from '@laurel/contracts';
import type { LoggedModel, LoggedModels, TrackedRun, Tracking } from '@laurel/ports';

/** Error: `NotFound`, in MLflow's words. */
export async function foundRun(tracking: Tracking, runId: string): Promise<TrackedRun> {
  const run = await tracking.findRun(runId);
  if (run !== undefined) return run;
  throw new LaurelError('NotFound', `Run with id=${runId.slice(0, 260)} not found`);
}

/** Error: `NotFound`, in MLflow's words. */
export async function foundLoggedModel(
  models: LoggedModels,
  modelId: string,
  which: { readonly deleted: boolean },
): Promise<LoggedModel> {
  const model = await models.findModel(modelId, which);
  if (model !== undefined) return model;
  throw new LaurelError('NotFound', `Logged model with ID '${modelId.slice(0, 260)}' not found.`);
}

import type { RunId } from '@laurel/domain';

/** The only place where workflow and schedule ids are spelled. */
export const workflowIds = {
  model: (project: string) => `model/${project}`,
  train: (project: string, run: RunId) => `train/${project}/${run}`,
  endpoint: (endpoint: string) => `endpoint/${endpoint}`,
  rollout: (endpoint: string, incarnation: number) => `endpoint/${endpoint}/rollout/${incarnation}`,
} as const;

export const scheduleIds = {
  retrain: (project: string, index: number) => `retrain/${project}/${index}`,
  retrainPrefix: (project: string) => `retrain/${project}/`,
} as const;

/** Id of a rollout in Postgres and the API. */
export function rolloutId(endpoint: string, incarnation: number): string {
  return `${endpoint}/${incarnation}`;
}

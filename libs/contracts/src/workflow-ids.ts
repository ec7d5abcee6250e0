import type { RunId, RunKind } from '@laurel/domain';

/** The only place where workflow and schedule ids are spelled. */
export const workflowIds = {
  model: (project: string) => `model/${project}`,
  train: (project: string, run: RunId) => `train/${project}/${run}`,
  sweep: (project: string, run: RunId) => `sweep/${project}/${run}`,
  /** `sweep` is the sweep's run, `number` the trial's. */
  trial: (project: string, sweep: RunId, number: number) => `trial/${project}/${sweep}/${number}`,
  /** A command of a folder that MLflow runs. */
  run: (project: string, run: RunId) => `run/${project}/${run}`,
  /** The gates behind a version that a client of MLflow registered. */
  register: (model: string, version: number) => `register/${model}/${version}`,
  endpoint: (endpoint: string) => `endpoint/${endpoint}`,
  rollout: (endpoint: string, incarnation: number) => `endpoint/${endpoint}/rollout/${incarnation}`,
} as const;

export const scheduleIds = {
  retrain: (project: string, index: number) => `retrain/${project}/${index}`,
  retrainPrefix: (project: string) => `retrain/${project}/`,
} as const;

/** Trigger of a run that converts what a client registered as version `version` of a project. */
export function registrationTrigger(version: number): string {
  return `register/${version}`;
}

/** The workflow behind a run. */
export function workflowIdOfRun(run: {
  readonly project: string;
  readonly runId: RunId;
  readonly work: RunKind;
  readonly trigger: string;
}): string {
  const { project, runId, work, trigger } = run;
  const version = /^register\/([1-9]\d{0,8})$/.exec(trigger)?.[1];
  if (version !== undefined) return workflowIds.register(project, Number(version));
  if (work.kind === 'project') return workflowIds.run(project, runId);
  if (work.kind === 'trial') return workflowIds.trial(project, work.parent, work.number);
  return work.kind === 'sweep' ? workflowIds.sweep(project, runId) : workflowIds.train(project, runId);
}

/** Id of a rollout in Postgres and the API. */
export function rolloutId(endpoint: string, incarnation: number): string {
  return `${endpoint}/${incarnation}`;
}

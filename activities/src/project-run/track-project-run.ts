import type { ProjectRun } from '@laurel/domain';
import type { KeyValue, Tracking } from '@laurel/ports';

/**
 * Makes the run that clients of MLflow see, in the experiment that was asked for, with the tags and params that MLflow
 * gives a project's run (`mlflow/projects/utils.py` of 3.18). A run that is there keeps its start.
 */
export async function trackProjectRun(
  tracking: Pick<Tracking, 'createRun' | 'findRun' | 'logBatch'>,
  run: ProjectRun,
): Promise<void> {
  const { runId, experimentId, runName, requestedBy } = run;
  const isThere = async () => (await tracking.findRun(runId)) !== undefined;
  if (!(await isThere())) {
    const made = { runId, experimentId, name: runName, userId: requestedBy, startMs: Date.now() };
    try {
      await tracking.createRun({ ...made, tags: toPairs(tagsOf(run)) });
    } catch (error) {
      // An attempt before this one may still have been at it.
      if (!(await isThere())) throw error;
    }
  }
  await tracking.logBatch(runId, { metrics: [], params: toPairs(run.parameters), tags: [] });
}

function tagsOf({ entry, environment, folder, project, requestedBy, runName }: ProjectRun) {
  return {
    'mlflow.runName': runName,
    'mlflow.user': requestedBy,
    'mlflow.source.name': folder,
    'mlflow.source.type': 'PROJECT',
    'mlflow.project.entryPoint': entry,
    'mlflow.project.env': environment,
    'mlflow.project.backend': 'laurel',
    'laurel.kind': 'project',
    'laurel.project': project,
  };
}

function toPairs(values: { readonly [key: string]: string }): readonly KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

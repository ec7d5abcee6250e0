import type { ProjectRun } from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';

export type SourcePorts = Pick<ActivityPorts, 'code' | 'tracking'>;

const digestTag = 'laurel.source.digest';

/** Keeps a project's source by digest and says in the run's tags which it is, once: a later attempt finds the tag there. */
export async function keepProjectSource(
  { code, tracking }: SourcePorts,
  { folder, runId }: Pick<ProjectRun, 'folder' | 'runId'>,
): Promise<void> {
  const tracked = await tracking.findRun(runId);
  if (tracked === undefined || tracked.tags.some(({ key }) => key === digestTag)) return;
  const kept = await code.keep(folder);
  const { digest, commit, branch, dirty } = await code.describe(folder);
  const tags = [
    { key: digestTag, value: digest },
    ...(kept === null ? [] : [{ key: 'laurel.source.kept', value: kept }]),
    ...(commit === null ? [] : [{ key: 'mlflow.source.git.commit', value: commit }]),
    ...(branch === null ? [] : [{ key: 'mlflow.source.git.branch', value: branch }]),
    ...(dirty ? [{ key: 'mlflow.source.git.dirty', value: 'true' }] : []),
  ];
  await tracking.logBatch(runId, { metrics: [], params: [], tags });
}

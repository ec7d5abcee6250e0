import type { KubeConfig, V1Job } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import type { JobOutcome, JobProgress, JobSpec } from '@laurel/domain';
import type { JobLauncher } from '@laurel/ports';
import { type Cluster, createCluster } from './api/cluster.js';
import { type Patience, usualPatience } from './api/retry.js';
import { ensureAttempt } from './attempts/ensure-attempt.js';
import { lastLines } from './attempts/last-lines.js';
import { attemptsOf, isLive, newestOf } from './attempts/list-attempts.js';
import { removeJob } from './attempts/remove-job.js';
import type { LauncherLog } from './launcher-log.js';
import { limitsIn } from './manifest/attempt-limits.js';
import { annotations, labels, manager } from './names.js';
import type { KubernetesSettings } from './settings.js';
import { hasFailed, hasSucceeded, writtenOutcome } from './state/attempt-end.js';
import { watchAttempt } from './watching/watch-attempt.js';

export interface KubernetesJobLauncherOptions {
  /** Where the cluster is and who asks. */
  readonly config: KubeConfig;
  readonly settings: KubernetesSettings;
  readonly log: LauncherLog;
  /** How long to wait for an API server that does not answer; two minutes by default. */
  readonly patience?: Patience;
  /** Takes secrets out of a line of a trainer's log; as it is by default. */
  readonly mask?: (line: string) => string;
}

/**
 * Runs trainers as Kubernetes Jobs, one for each attempt. All that a launcher knows lies in the cluster: in the Job's
 * labels and annotations, its pods and their logs. So any worker attaches to any job, and none is needed for it to go on.
 */
export function createKubernetesJobLauncher(options: KubernetesJobLauncherOptions): JobLauncher {
  const { config, settings, log, patience = usualPatience, mask = (line) => line } = options;
  const cluster = createCluster({
    config,
    namespace: settings.namespace,
    patience,
    mask,
    onRetry: (details) => log.warn(details, 'the API server of the cluster does not answer and is asked again'),
  });
  const graceMilliseconds = settings.graceSeconds * 1_000;
  /** Jobs that this launcher was asked for and found there with another spec, with what to say of them. */
  const foreign = new Map<string, string>();

  async function* watch(name: string, signal: AbortSignal): AsyncIterable<JobProgress> {
    if (foreign.has(name)) return;
    const job = newestOf(await attemptsOf(cluster, name));
    const limits = job === undefined ? undefined : limitsIn(job);
    if (job === undefined || limits === undefined) return;
    yield* watchAttempt({ cluster, name, job, limits, graceMilliseconds, signal });
  }

  return {
    ensure: async (spec: JobSpec) => {
      const ensured = await ensureAttempt(spec, { cluster, settings, log });
      if (ensured.kind === 'foreign') foreign.set(spec.name, ensured.message);
      else foreign.delete(spec.name);
    },
    watch,
    outcome: async (name) => {
      const message = foreign.get(name);
      if (message !== undefined) return { kind: 'ended', cause: 'foreignJob', exitCode: null, message };
      return awaitOutcome(cluster, name, () => watch(name, new AbortController().signal));
    },
    remove: async (name) => {
      if (!foreign.delete(name)) await removeJob(cluster, name, graceMilliseconds);
    },
    log: (name, lines) => lastLines(cluster, name, lines),
    running: () => runningJobs(cluster),
  };
}

/** The written outcome, once nothing of the attempt is left to stop. */
async function awaitOutcome(
  cluster: Cluster,
  name: string,
  watch: () => AsyncIterable<JobProgress>,
): Promise<JobOutcome> {
  for (let watched = false; ; watched = true) {
    const job = newestOf(await attemptsOf(cluster, name));
    if (job === undefined) {
      throw new LaurelError('NotFound', `there is no job ${name}; it was never started or has been removed.`);
    }
    const outcome = writtenOutcome(job);
    if (outcome !== undefined && (watched || hasFailed(job) || hasSucceeded(job))) return outcome;
    if (limitsIn(job) === undefined) throw unreadable(job);
    if (watched) await cluster.pause();
    for await (const _ of watch());
  }
}

function unreadable({ metadata }: V1Job): LaurelError {
  return new LaurelError(
    'Internal',
    `Job ${metadata?.name ?? ''} has no readable annotation ${annotations.limits}, so nobody can judge it; remove it.`,
  );
}

async function runningJobs(cluster: Cluster): Promise<readonly string[]> {
  const { items } = await cluster.list<V1Job>('jobs', `${labels.managedBy}=${manager}`);
  const running = items.filter((job) => isLive(job) && writtenOutcome(job) === undefined);
  const names = running.map((job) => job.metadata?.annotations?.[annotations.name] ?? '');
  return [...new Set(names)].filter((name) => name !== '').sort();
}

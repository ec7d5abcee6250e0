import { createHash } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import { canonicalJson, type Digest, type JobSpec } from '@laurel/domain';
import { isConflict } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import type { LauncherLog } from '../launcher-log.js';
import { attemptManifests } from '../manifest/attempt-manifests.js';
import { plain } from '../manifest/plain.js';
import { annotations } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { ensureService } from './ensure-service.js';
import { endFormerAttempts } from './former-attempts.js';
import { attemptsOf, newestOf, numberOf } from './list-attempts.js';

export type Ensured =
  | { readonly kind: 'attached' | 'created' }
  | { readonly kind: 'foreign'; readonly message: string };

interface Context {
  readonly cluster: Cluster;
  readonly settings: KubernetesSettings;
  readonly log: LauncherLog;
}

/** Beyond the grace, for the cluster to say that a Job which is being removed is gone. */
const removalMilliseconds = 30_000;

/**
 * Brings an attempt to run or to have ended. Its Job's name is its own, so of any number of callers one creates it; the
 * digest of the spec in it tells whether it is the same attempt. Error: `StaleFence` when a higher attempt is there.
 */
export async function ensureAttempt(spec: JobSpec, context: Context): Promise<Ensured> {
  const { cluster, settings, log } = context;
  const attempts = await attemptsOf(cluster, spec.name);
  const newest = newestOf(attempts);
  const present = newest === undefined ? 0 : numberOf(newest);
  if (present > spec.attempt) {
    throw new LaurelError(
      'StaleFence',
      `attempt ${spec.attempt} of job ${spec.name} is over: attempt ${present} is there; nothing is left to do for it.`,
    );
  }
  const digest = digestOf(spec);
  const checkpointStep = present < spec.attempt ? await endFormerAttempts(spec, { cluster, settings, attempts }) : null;
  const { job, service } = attemptManifests(spec, settings, digest);
  const ensured = await createUnlessThere(withCheckpoint(job, checkpointStep), context);
  if (ensured.job.metadata?.annotations?.[annotations.spec] !== digest) return foreign(spec, ensured.job);
  if (service !== null) await ensureService(cluster, service, ensured.job);
  if (!ensured.created) return { kind: 'attached' };
  log.info({ job: spec.name, attempt: spec.attempt, kubernetesJob: job.metadata?.name }, 'a trainer was started');
  return { kind: 'created' };
}

function digestOf(spec: JobSpec): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(spec)).digest('hex')}`;
}

/** A create whose answer was lost is found out by its conflict; a Job that is being removed is waited for. */
async function createUnlessThere(
  job: V1Job,
  { cluster, settings }: Context,
): Promise<{ readonly job: V1Job; readonly created: boolean }> {
  const name = job.metadata?.name ?? '';
  const until = performance.now() + settings.graceSeconds * 1_000 + removalMilliseconds;
  for (;;) {
    const there = await cluster.readJob(name);
    if (there === undefined) {
      try {
        return { job: await cluster.createJob(job), created: true };
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
      continue;
    }
    if (there.metadata?.deletionTimestamp === undefined) return { job: there, created: false };
    if (performance.now() > until) throw stuck(there);
    await cluster.pause();
  }
}

function stuck({ metadata }: V1Job): LaurelError {
  return new LaurelError(
    'DependencyUnavailable',
    `Job ${metadata?.name ?? ''} of namespace ${metadata?.namespace ?? ''} is being removed and does not go; see its finalizers and its pods.`,
  );
}

function withCheckpoint(job: V1Job, step: number | null): V1Job {
  if (step === null) return job;
  const known = { ...job.metadata?.annotations, [annotations.checkpoint]: String(step) };
  return { ...plain(job), metadata: { ...plain(job.metadata ?? {}), annotations: known } };
}

function foreign(spec: JobSpec, job: V1Job): Ensured {
  const { name = '', namespace = '', annotations: found = {} } = job.metadata ?? {};
  const whose = found[annotations.spec] === undefined ? 'that Laurel did not make' : 'of another spec';
  const message = `a Job ${name} ${whose} is in namespace ${namespace} where attempt ${spec.attempt} of ${spec.name} was to run.`;
  return { kind: 'foreign', message };
}

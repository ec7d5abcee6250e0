import { createHash } from 'node:crypto';
import type { V1Job, V1Service } from '@kubernetes/client-node';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import { canonicalJson, type Digest, type JobSpec } from '@laurel/domain';
import type { Cluster } from '../api/cluster.js';
import type { LauncherLog } from '../launcher-log.js';
import { attemptManifests } from '../manifest/attempt-manifests.js';
import { plain } from '../manifest/plain.js';
import { annotations } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
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
  const ensured = await createUnlessThere(cluster, withCheckpoint(job, checkpointStep));
  if (ensured.job.metadata?.annotations?.[annotations.spec] !== digest) return foreign(spec, ensured.job);
  if (service !== null) await ensureService(cluster, service, ensured.job);
  if (!ensured.created) return { kind: 'attached' };
  log.info({ job: spec.name, attempt: spec.attempt, kubernetesJob: job.metadata?.name }, 'a trainer was started');
  return { kind: 'created' };
}

function digestOf(spec: JobSpec): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(spec)).digest('hex')}`;
}

/** A create whose answer was lost is found out by its conflict. */
async function createUnlessThere(
  cluster: Cluster,
  job: V1Job,
): Promise<{ readonly job: V1Job; readonly created: boolean }> {
  const name = job.metadata?.name ?? '';
  for (;;) {
    const there = await cluster.readJob(name);
    if (there?.metadata?.deletionTimestamp !== undefined) {
      await cluster.pause();
      continue;
    }
    if (there !== undefined) return { job: there, created: false };
    try {
      return { job: await cluster.createJob(job), created: true };
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

/** The Service goes with the Job that owns it. Ranks look for its name until it is there. */
async function ensureService(cluster: Cluster, service: V1Service, owner: V1Job): Promise<void> {
  const { name = '', uid = '' } = owner.metadata ?? {};
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }];
  try {
    await cluster.createService({ ...plain(service), metadata: { ...plain(service.metadata ?? {}), ownerReferences } });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
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

function isConflict(error: unknown): boolean {
  return isLaurelError(error) && error.code === 'Conflict';
}

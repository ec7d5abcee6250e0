import type { V1Job, V1ObjectMeta, V1Service } from '@kubernetes/client-node';
import type { Digest, JobSpec } from '@laurel/domain';
import { annotations, attemptName, jobKey, labels, manager } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { type AttemptLimits, writeLimits } from './attempt-limits.js';
import { backoffLimit, podFailurePolicy } from './failure-policy.js';
import { plain } from './plain.js';
import { podTemplate } from './pod-template.js';
import { rendezvousPort } from './worker-command.js';

export interface AttemptManifests {
  readonly job: V1Job;
  /** Gives the ranks their names; `null` for one worker, who asks for nobody. */
  readonly service: V1Service | null;
}

/**
 * What the cluster is told of one attempt, rendered from the project's resources and the cluster's settings alone.
 * `specDigest` tells this Job from another of its name. Error: `InvalidProject` for resources that no cluster can give.
 */
export function attemptManifests(spec: JobSpec, settings: KubernetesSettings, specDigest: Digest): AttemptManifests {
  const name = attemptName(spec.name, spec.attempt);
  const common = {
    [labels.managedBy]: manager,
    [labels.job]: jobKey(spec.name),
    [labels.run]: spec.runId,
    [labels.project]: spec.project,
    [labels.attempt]: String(spec.attempt),
  };
  const metadata: V1ObjectMeta = { name, namespace: settings.namespace, labels: common };
  return {
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        ...plain(metadata),
        labels: { ...common, ...queueLabels(settings) },
        annotations: {
          [annotations.name]: spec.name,
          [annotations.spec]: specDigest,
          [annotations.limits]: writeLimits(limitsOf(spec)),
        },
      },
      spec: {
        completionMode: 'Indexed',
        completions: spec.workers,
        parallelism: spec.workers,
        backoffLimit,
        podFailurePolicy,
        podReplacementPolicy: 'Failed',
        activeDeadlineSeconds: seconds(spec.deadlineMilliseconds + spec.pendingMilliseconds),
        ttlSecondsAfterFinished: settings.keepSeconds,
        ...(settings.queue === null ? {} : { suspend: true }),
        template: podTemplate(spec, settings, { labels: common }),
      },
    },
    service: spec.workers === 1 ? null : rendezvousService(metadata),
  };
}

/** Headless: a rank's name leads to its pod, also before that is ready. */
function rendezvousService(metadata: V1ObjectMeta): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { 'batch.kubernetes.io/job-name': metadata.name ?? '' },
      ports: [{ name: 'rendezvous', port: rendezvousPort }],
    },
  };
}

function queueLabels({ queue }: KubernetesSettings): Readonly<Record<string, string>> {
  if (queue === null) return {};
  return {
    'kueue.x-k8s.io/queue-name': queue.name,
    ...(queue.priorityClass === null ? {} : { 'kueue.x-k8s.io/priority-class': queue.priorityClass }),
  };
}

function limitsOf(spec: JobSpec): AttemptLimits {
  const { attempt, workers, deadlineMilliseconds, silenceMilliseconds, pendingMilliseconds } = spec;
  return { attempt, workers, deadlineMilliseconds, silenceMilliseconds, pendingMilliseconds };
}

/** The Job's own deadline also counts the wait for a node, so it is only the net under the launcher's. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}

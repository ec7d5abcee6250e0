import type { V1Container, V1JobSpec, V1ObjectMeta, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Digest, JobSpec } from '@laurel/domain';
import { trainerContainer } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { attemptManifests } from './attempt-manifests.js';
import { plain } from './plain.js';
import { workerCommand } from './worker-command.js';

const apiVersion = 'trainer.kubeflow.org/v1alpha1';

/** Kubeflow Trainer finds the part of a runtime that a TrainJob's `trainer` overrides by these names. */
const step = {
  replicatedJob: 'node',
  container: 'node',
  label: 'trainer.kubeflow.org/trainjob-ancestor-step',
} as const;

export interface TrainingRuntime {
  readonly apiVersion: string;
  readonly kind: 'TrainingRuntime';
  readonly metadata: V1ObjectMeta;
  readonly spec: {
    readonly mlPolicy: { readonly numNodes: number; readonly torch: { readonly numProcPerNode: number } };
    readonly template: {
      readonly spec: {
        readonly replicatedJobs: readonly {
          readonly name: string;
          readonly template: { readonly metadata: V1ObjectMeta; readonly spec: V1JobSpec };
        }[];
      };
    };
  };
}

export interface TrainJob {
  readonly apiVersion: string;
  readonly kind: 'TrainJob';
  readonly metadata: V1ObjectMeta;
  readonly spec: {
    readonly runtimeRef: { readonly apiGroup: string; readonly kind: 'TrainingRuntime'; readonly name: string };
    readonly trainer: {
      readonly image: string;
      readonly command: readonly string[];
      readonly numNodes: number;
      readonly numProcPerNode: number;
    };
    readonly suspend: boolean;
  };
}

/**
 * The same attempt for Kubeflow Trainer 2: a runtime with Laurel's pod (volumes, security, placement), and the `TrainJob`
 * that runs it. The trainer there gives the ranks their names, so no Service is needed.
 */
export function trainJobManifests(
  spec: JobSpec,
  settings: KubernetesSettings,
  specDigest: Digest,
): { readonly runtime: TrainingRuntime; readonly trainJob: TrainJob } {
  const { job } = attemptManifests(spec, settings, specDigest);
  const { name = '', namespace = '', labels = {}, annotations = {} } = job.metadata ?? {};
  const metadata: V1ObjectMeta = { name, namespace, labels, annotations };
  return {
    runtime: { apiVersion, kind: 'TrainingRuntime', metadata, spec: runtimeSpec(spec, job.spec) },
    trainJob: {
      apiVersion,
      kind: 'TrainJob',
      metadata,
      spec: {
        runtimeRef: { apiGroup: 'trainer.kubeflow.org', kind: 'TrainingRuntime', name },
        trainer: {
          image: spec.image ?? settings.image,
          command: trainerCommand(spec),
          numNodes: spec.workers,
          numProcPerNode: 1,
        },
        suspend: settings.queue !== null,
      },
    },
  };
}

function runtimeSpec({ workers }: JobSpec, job: V1JobSpec | undefined): TrainingRuntime['spec'] {
  const { activeDeadlineSeconds, backoffLimit = 0, template = {} } = job ?? {};
  return {
    mlPolicy: { numNodes: workers, torch: { numProcPerNode: 1 } },
    template: {
      spec: {
        replicatedJobs: [
          {
            name: step.replicatedJob,
            template: {
              metadata: { labels: { [step.label]: 'trainer' } },
              spec: {
                backoffLimit,
                ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
                template: renamed(template),
              },
            },
          },
        ],
      },
    },
  };
}

/** The pod with its main container under the name that Kubeflow Trainer looks for, and without a Service's name. */
function renamed(template: V1PodTemplateSpec): V1PodTemplateSpec {
  if (template.spec === undefined) return template;
  const { subdomain: _, ...pod } = plain(template.spec);
  const containers = pod.containers.map(
    (container): V1Container =>
      container.name === trainerContainer ? { ...plain(container), name: step.container } : container,
  );
  return { ...plain(template), spec: { ...pod, containers } };
}

/** Kubeflow Trainer tells each node its rank and the first one's address by torchrun's variables. */
function trainerCommand(spec: JobSpec): readonly string[] {
  const known: { readonly [part: string]: string } = { '$(JOB_COMPLETION_INDEX)': '$(PET_NODE_RANK)' };
  const command = workerCommand(spec).map((part) => known[part] ?? part);
  const at = command.indexOf('--rdzv');
  if (spec.workers === 1 || at === -1) return command;
  return command.toSpliced(at + 1, 1, '$(PET_MASTER_ADDR):$(PET_MASTER_PORT)');
}

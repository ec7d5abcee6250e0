import type {
  V1Container,
  V1ObjectMeta,
  V1PodSecurityContext,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1SecurityContext,
} from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import type { JobResources, JobSpec } from '@laurel/domain';
import { attemptName, fetchContainer, trainerContainer } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { nodeChoice } from './placement.js';
import { plain } from './plain.js';
import { byteQuantity, cpuQuantity } from './quantities.js';
import { fetchEnvironment, trainerEnvironment } from './trainer-environment.js';
import { podVolumes } from './volumes.js';
import { fetchCommand, rendezvousPort, workerCommand } from './worker-command.js';

/** A mover of pods that spares one which would have to do its work again. */
const staysPut = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
} as const;

/** Passes the Pod Security Standard `restricted`. */
const containerSecurity: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  privileged: false,
  capabilities: { drop: ['ALL'] },
};

/** The pod of one worker. */
export function podTemplate(spec: JobSpec, settings: KubernetesSettings, metadata: V1ObjectMeta): V1PodTemplateSpec {
  const volumes = podVolumes(spec, settings);
  return {
    metadata: { ...plain(metadata), annotations: { ...metadata.annotations, ...staysPut } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: settings.graceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity(settings),
      ...(settings.serviceAccount === null ? {} : { serviceAccountName: settings.serviceAccount }),
      ...(settings.imagePullSecrets.length === 0
        ? {}
        : { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }),
      ...(spec.workers > 1 ? { subdomain: attemptName(spec.name, spec.attempt) } : {}),
      ...nodeChoice(spec, settings),
      volumes: volumes.volumes,
      ...(spec.data === null
        ? {}
        : {
            initContainers: [
              {
                ...containerOf(spec, settings),
                name: fetchContainer,
                command: fetchCommand(spec.data),
                env: fetchEnvironment(settings),
                volumeMounts: volumes.fetch,
                resources: fetchResources(spec.resources),
              },
            ],
          }),
      containers: [
        {
          ...containerOf(spec, settings),
          name: trainerContainer,
          command: workerCommand(spec),
          env: trainerEnvironment(spec, settings),
          volumeMounts: volumes.trainer,
          resources: trainerResources(spec.resources),
          ...(settings.projects === null ? {} : { workingDir: spec.workingDirectory }),
          ...(spec.workers > 1 ? { ports: [{ name: 'rendezvous', containerPort: rendezvousPort }] } : {}),
        },
      ],
    },
  };
}

function podSecurity({ runAsUser }: KubernetesSettings): V1PodSecurityContext {
  return {
    runAsNonRoot: true,
    ...(runAsUser === null ? {} : { runAsUser, runAsGroup: runAsUser, fsGroup: runAsUser }),
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What both containers of a pod have in common. */
function containerOf(spec: JobSpec, settings: KubernetesSettings): Omit<V1Container, 'name'> {
  const { secret } = settings.objectStore;
  return {
    image: spec.image ?? settings.image,
    imagePullPolicy: settings.imagePullPolicy,
    securityContext: containerSecurity,
    // The last lines of a failed container then outlive its log.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...(secret === null ? {} : { envFrom: [{ secretRef: { name: secret } }] }),
  };
}

/** Requests equal limits: a pod that takes no more than it asked for is the last to be evicted. */
function trainerResources({ cpus, memoryBytes, gpu }: JobResources): V1ResourceRequirements {
  const wanted = {
    cpu: cpuQuantity(cpus),
    memory: byteQuantity(memoryBytes),
    ...(gpu.count > 0 ? { [gpuResource(gpu)]: String(gpu.count) } : {}),
  };
  return { requests: wanted, limits: wanted };
}

/** A pod's request is the larger of its init step's and its trainer's: without a GPU of its own this one costs nothing. */
function fetchResources({ cpus, memoryBytes }: JobResources): V1ResourceRequirements {
  const wanted = { cpu: cpuQuantity(cpus), memory: byteQuantity(memoryBytes) };
  return { requests: wanted, limits: wanted };
}

/** The GPU Operator renames time-sliced GPUs, so that nobody gets a slice who asked for a whole one. */
function gpuResource({ count, shared }: JobResources['gpu']): string {
  if (!shared) return 'nvidia.com/gpu';
  if (count === 1) return 'nvidia.com/gpu.shared';
  throw new LaurelError(
    'InvalidProject',
    `spec.training.resources.gpu asks for ${count} shared GPUs, and two slices may be of the same one; set count to 1, or shared to false.`,
  );
}

import type { V1Affinity, V1NodeSelectorRequirement, V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import type { JobResources, Placement } from '@laurel/domain';
import type { KubernetesSettings, SpotProvider, Toleration } from '../settings.js';

interface Capacity {
  readonly selector: { readonly [label: string]: string };
  readonly tolerations: readonly V1Toleration[];
  /** What a node that stays must satisfy. */
  readonly staying: V1NodeSelectorRequirement;
}

/** Labels and taints of the four kinds of spot capacity, from their providers' documentation. */
const capacities: { readonly [provider in SpotProvider]: Capacity } = {
  gke: {
    selector: { 'cloud.google.com/gke-spot': 'true' },
    tolerations: [{ key: 'cloud.google.com/gke-spot', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
    staying: { key: 'cloud.google.com/gke-spot', operator: 'DoesNotExist' },
  },
  eks: {
    selector: { 'eks.amazonaws.com/capacityType': 'SPOT' },
    tolerations: [],
    staying: { key: 'eks.amazonaws.com/capacityType', operator: 'NotIn', values: ['SPOT'] },
  },
  aks: {
    selector: { 'kubernetes.azure.com/scalesetpriority': 'spot' },
    tolerations: [
      { key: 'kubernetes.azure.com/scalesetpriority', operator: 'Equal', value: 'spot', effect: 'NoSchedule' },
    ],
    staying: { key: 'kubernetes.azure.com/scalesetpriority', operator: 'NotIn', values: ['spot'] },
  },
  karpenter: {
    selector: { 'karpenter.sh/capacity-type': 'spot' },
    tolerations: [],
    staying: { key: 'karpenter.sh/capacity-type', operator: 'NotIn', values: ['spot'] },
  },
};

/** Nodes with GPUs are tainted so that nothing else goes there. */
const gpuToleration: V1Toleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

export type NodeChoice = Pick<V1PodSpec, 'affinity' | 'nodeSelector' | 'priorityClassName' | 'tolerations'>;

/** On which nodes a worker may run. */
export function nodeChoice(
  { placement, resources }: { readonly placement: Placement; readonly resources: JobResources },
  settings: KubernetesSettings,
): NodeChoice {
  const { count, kind } = resources.gpu;
  const capacity = settings.spot === null ? undefined : capacities[settings.spot];
  const onSpot = placement === 'spot' ? capacity : undefined;
  const affinity = placement === 'onDemand' && capacity !== undefined ? mustSatisfy(capacity.staying) : undefined;
  const priorityClassName = settings.priorityClass[placement];
  const tolerations = [
    ...settings.tolerations.map(withoutGaps),
    ...(onSpot?.tolerations ?? []),
    ...(count > 0 ? [gpuToleration] : []),
  ];
  return {
    nodeSelector: {
      ...settings.nodeSelector,
      ...onSpot?.selector,
      ...(count > 0 && kind !== null ? { [settings.gpuKindLabel]: kind } : {}),
    },
    tolerations,
    ...(affinity === undefined ? {} : { affinity }),
    ...(priorityClassName === null ? {} : { priorityClassName }),
  };
}

/** Members that are `undefined` are left out. */
function withoutGaps(toleration: Toleration): V1Toleration {
  return Object.fromEntries(Object.entries(toleration).filter(([, value]) => value !== undefined));
}

function mustSatisfy(requirement: V1NodeSelectorRequirement): V1Affinity {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] },
    },
  };
}

import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodStatus } from '@kubernetes/client-node';
import type { ContainerState, ContainerStates } from './shapes.js';

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** A part of a pod's status as plain data. */
export type StatusPart = Partial<Pick<V1PodStatus, keyof V1PodStatus>>;

/** Status of a pod with restart policy Never, as a kubelet would report it. Conditions that others set are not in it. */
export function podStatus(pod: V1Pod, states: ContainerStates): StatusPart {
  const inits = pod.spec?.initContainers ?? [];
  const containers = pod.spec?.containers ?? [];
  const phase = phaseOf(
    inits.map(({ name }) => states.get(name)),
    containers.map(({ name }) => states.get(name)),
  );
  const initialized = inits.every(({ name }) => succeeded(states.get(name)));
  const ready = phase === 'Running' && containers.every(({ name }) => states.get(name)?.kind === 'running');
  const why = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : 'ContainersNotReady';
  return {
    phase,
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    conditions: [
      condition('Initialized', initialized, 'ContainersNotInitialized'),
      condition('ContainersReady', ready, why),
      condition('Ready', ready, why),
    ],
    initContainerStatuses: inits.map(({ name, image = '' }) => containerStatus(name, image, states.get(name))),
    containerStatuses: containers.map(({ name, image = '' }) => containerStatus(name, image, states.get(name))),
  };
}

type Maybe = ContainerState | undefined;

function phaseOf(inits: readonly Maybe[], containers: readonly Maybe[]): Phase {
  if (inits.some((state) => state?.kind === 'terminated' && state.exitCode !== 0)) return 'Failed';
  if (containers.every((state) => state?.kind === 'terminated'))
    return containers.every(succeeded) ? 'Succeeded' : 'Failed';
  return containers.some((state) => state?.kind === 'running' || state?.kind === 'terminated') ? 'Running' : 'Pending';
}

function succeeded(state: Maybe): boolean {
  return state?.kind === 'terminated' && state.exitCode === 0;
}

function condition(type: string, holds: boolean, why: string): V1PodCondition {
  // An empty reason takes the place of the one that held before.
  return { type, status: holds ? 'True' : 'False', reason: holds ? '' : why };
}

function containerStatus(name: string, image: string, state: Maybe): V1ContainerStatus {
  const common = { name, image, imageID: '', restartCount: 0 };
  if (state === undefined)
    return { ...common, ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } };
  const { kind, ...words } = state;
  // Times stay texts: a patch is sent as it is.
  const said = { [kind]: words } as NonNullable<V1ContainerStatus['state']>;
  const ready = kind === 'running' || succeeded(state);
  return { ...common, ready, started: kind === 'running', state: said };
}

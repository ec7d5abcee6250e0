export { createKubernetesJobLauncher, type KubernetesJobLauncherOptions } from './kubernetes-job-launcher.js';
export type { LauncherLog } from './launcher-log.js';
export { loadKubeConfig } from './load-kube-config.js';
export { type AttemptManifests, attemptManifests } from './manifest/attempt-manifests.js';
export { type FluidCache, type FluidManifest, fluidManifests } from './manifest/fluid-dataset.js';
export { type TrainingRuntime, type TrainJob, trainJobManifests } from './manifest/train-job.js';
export {
  createKubernetesTrafficRouter,
  type KubernetesTrafficRouterOptions,
} from './routing/kubernetes-traffic-router.js';
export type { KubernetesSettings, SpotProvider, Toleration } from './settings.js';

import { KubeConfig } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';

/**
 * Where the cluster is and who asks: the named kubeconfig; without one, the service account of the pod that this process
 * runs in, or `~/.kube/config`. Error: `InvalidInput`.
 */
export function loadKubeConfig(file: string | null): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file === null) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (cause) {
    throw new LaurelError(
      'InvalidInput',
      `the kubeconfig ${file ?? ''} cannot be read; check the path and its content.`,
      {
        cause,
      },
    );
  }
  if (config.getCurrentCluster() !== null) return config;
  throw new LaurelError('InvalidInput', `the kubeconfig ${file ?? ''} names no current cluster; set current-context.`);
}

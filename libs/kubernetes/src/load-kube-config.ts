import { KubeConfig } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';

/** The SDK's last resort, where it found nothing that names a cluster. */
const guess = 'http://localhost:8080';

/**
 * Where the cluster is and who asks: the named kubeconfig; without one, what the SDK finds: `KUBECONFIG`,
 * `~/.kube/config`, the service account of the pod that this process runs in. Error: `InvalidInput`.
 */
export function loadKubeConfig(file: string | null): KubeConfig {
  const config = new KubeConfig();
  const which = file === null ? 'that KUBECONFIG names or ~/.kube/config' : file;
  try {
    if (file === null) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (cause) {
    throw new LaurelError('InvalidInput', `the kubeconfig ${which} cannot be read; check the path and its content.`, {
      cause,
    });
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new LaurelError('InvalidInput', `the kubeconfig ${which} names no current cluster; set current-context.`);
  }
  if (file === null && server === guess) {
    throw new LaurelError(
      'InvalidInput',
      'nothing here names a cluster; set kubeconfig in LAUREL_KUBERNETES_SETTINGS (LAUREL_ROUTER_KUBECONFIG for routers), or run in a pod with a service account.',
    );
  }
  return config;
}

import type { CoreV1Api } from '@kubernetes/client-node';
import { onceThere } from './nodes.js';
import { unlessGone } from './objects.js';

/** Makes a namespace whose pods may run on the labelled nodes only; ready when pods can be made in it. */
export async function makeNamespace(core: CoreV1Api, name: string, nodeSelector: string): Promise<void> {
  const annotations = { 'scheduler.alpha.kubernetes.io/node-selector': nodeSelector };
  await core.createNamespace({ body: { metadata: { name, annotations } } });
  await onceThere(() => core.readNamespacedServiceAccount({ name: 'default', namespace: name }));
}

/** Takes every pod out of a namespace at once; nobody runs them any more. */
export async function removePods(core: CoreV1Api, namespace: string): Promise<void> {
  const { items } = await core.listNamespacedPod({ namespace });
  const remove = (name: string) => core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
  await Promise.all(items.map(({ metadata }) => unlessGone(remove(metadata?.name ?? ''))));
}

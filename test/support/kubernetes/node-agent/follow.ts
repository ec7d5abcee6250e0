import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';

export interface Followed<T extends KubernetesObject> {
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
  /** Called with every object there is, and again when one changes. */
  readonly changed: (object: T) => Promise<void>;
  readonly gone: (object: T) => Promise<void>;
}

const restartMilliseconds = 500;

/** Follows objects until the returned function is called, through lost connections and expired versions. */
export async function follow<T extends KubernetesObject>(
  config: KubeConfig,
  { path, list, changed, gone }: Followed<T>,
): Promise<() => Promise<void>> {
  let open = true;
  const informer = makeInformer<T>(config, path, list);
  const insist = (act: (object: T) => Promise<void>) => (object: T) => {
    act(object).catch(() => setTimeout(() => open && insist(act)(object), restartMilliseconds));
  };
  informer.on('add', insist(changed));
  informer.on('update', insist(changed));
  informer.on('delete', insist(gone));
  const restart = () => {
    if (open) void informer.start().catch(() => setTimeout(restart, restartMilliseconds));
  };
  informer.on('error', () => setTimeout(restart, restartMilliseconds));
  await informer.start();
  return async () => {
    open = false;
    await informer.stop();
  };
}

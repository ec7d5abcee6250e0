import type { V1Pod } from '@kubernetes/client-node';
import { freePortNumbers } from '@laurel/dev';

/** Gives each declared port of a pod a free one of this machine; pods of one headless service share it, as peers must. */
export function portMap(): (pod: V1Pod) => Promise<ReadonlyMap<number, number>> {
  const chosen = new Map<string, Promise<number>>();
  const choose = (key: string) => {
    const port = chosen.get(key) ?? freePortNumbers(1).then(([number = 0]) => number);
    chosen.set(key, port);
    return port;
  };
  return async ({ metadata, spec }) => {
    const group = spec?.subdomain === undefined ? metadata?.uid : `${metadata?.namespace ?? ''}/${spec.subdomain}`;
    const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
    const declared = containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
    const pairs = declared.map(async (port) => [port, await choose(`${group ?? ''}:${port}`)] as const);
    return new Map(await Promise.all(pairs));
  };
}

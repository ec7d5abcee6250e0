import type { CoreV1Api, V1Container, V1Pod } from '@kubernetes/client-node';
import type { ContainerLog } from './container-log.js';
import type { ContainerSpec } from './container-process.js';
import { containerEnvironment, expand } from './environment.js';
import { quantity } from './quantity.js';
import type { Image } from './shapes.js';
import { type Surroundings, substitute } from './substitutions.js';
import { mountsOf } from './volumes.js';

export interface ContainerGround {
  readonly core: CoreV1Api;
  readonly pod: V1Pod;
  readonly folder: string;
  readonly images: Readonly<Record<string, Image>>;
  readonly volumes: ReadonlyMap<string, string>;
  readonly marker: string;
  readonly log: ContainerLog;
  readonly apiServer: URL;
  readonly portsOf: (pod: V1Pod) => Promise<ReadonlyMap<number, number>>;
}

/** What to start for a container: its references resolved, its paths, names and ports made this machine's. */
export async function containerSpec(container: V1Container, ground: ContainerGround): Promise<ContainerSpec> {
  const { core, pod, images, volumes, folder, marker, log } = ground;
  const image = images[container.image ?? ''] ?? {};
  const before: Readonly<Record<string, string>> = { ...machine(ground), ...image.environment };
  const variables = await containerEnvironment(core, { pod, container, before });
  const surroundings: Surroundings = {
    paths: mountsOf(container, volumes, variables),
    namespace: pod.metadata?.namespace ?? '',
    service: pod.spec?.subdomain ?? null,
    ports: await ground.portsOf(pod),
  };
  const own = (text: string) => substitute(text, surroundings);
  const words = [...(container.command ?? image.entrypoint ?? []), ...(container.args ?? [])];
  if (words.length === 0) throw new Error(`no command specified for the image ${container.image ?? ''}`);
  const memory = container.resources?.limits?.['memory'];
  return {
    command: words.map((word) => own(expand(word, variables))),
    workingDirectory: own(container.workingDir ?? image.workingDirectory ?? folder),
    // What the machine and the image bring already speaks of this machine.
    environment: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, before[name] === value ? value : own(value)]),
    ),
    memoryBytes: memory === undefined ? null : quantity(memory),
    marker: `${marker}/${container.name}`,
    log,
  };
}

/** What the machine gives to every container. */
function machine({ pod, apiServer, folder }: ContainerGround): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: folder,
    LANG: 'C.UTF-8',
    HOSTNAME: pod.spec?.hostname ?? pod.metadata?.name ?? '',
    KUBERNETES_SERVICE_HOST: apiServer.hostname,
    KUBERNETES_SERVICE_PORT: apiServer.port,
  };
}

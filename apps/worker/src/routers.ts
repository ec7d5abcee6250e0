import type { RouterSpec } from '@laurel/domain';
import { createKubernetesTrafficRouter, loadKubeConfig } from '@laurel/kubernetes';
import type { Projects, Routing, TrafficRouter, TrafficRouters } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

interface RouterMeans {
  readonly projects: Projects;
  readonly routing: Routing;
  /** kubeconfig of the routers' cluster; `null` for what a Kubernetes client finds by itself. */
  readonly kubeconfig: string | null;
  readonly log: Logger;
}

const pageSize = 100;

/** The routers that projects name, each opened when it is first needed and kept while its settings stay. */
export function createTrafficRouters({ projects, routing, kubeconfig, log }: RouterMeans): TrafficRouters {
  const open = new Map<string, TrafficRouter>();

  function routerOf(spec: RouterSpec): TrafficRouter {
    const key = JSON.stringify(spec);
    const known = open.get(key);
    if (known !== undefined) return known;
    const made = createKubernetesTrafficRouter({ config: loadKubeConfig(kubeconfig), spec, log });
    open.set(key, made);
    return made;
  }

  return {
    inFrontOf: async (endpoint) => {
      const project = (await routing.find(endpoint))?.project;
      const stored = project === undefined ? undefined : await projects.find(project);
      const spec = stored?.project.spec.serving.router ?? null;
      return spec === null ? undefined : routerOf(spec);
    },
    endpoints: async () => {
      const found: string[] = [];
      let token: string | null = null;
      do {
        const page: Awaited<ReturnType<Projects['list']>> = await projects.list({ size: pageSize, token });
        for (const { project } of page.items) {
          if (project.spec.serving.router) found.push(project.spec.serving.endpoint);
        }
        token = page.nextToken;
      } while (token !== null);
      return found;
    },
  };
}

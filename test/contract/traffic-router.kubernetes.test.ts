import { jest } from '@jest/globals';
import { definedGroups, installCrds } from '../support/kubernetes/crds.js';
import { clusterIsHere, testCluster } from '../support/kubernetes/test-cluster.js';
import { gatewayApi, istio, kserve } from './traffic-router.cases.js';
import { trafficRouterContract } from './traffic-router.contract.js';
import { givenKubernetesRouter, type KubernetesRouterCase } from './traffic-router.given.js';
import { kubernetesRouterContract } from './traffic-router.kubernetes.contract.js';

jest.setTimeout(120_000);

const cases: readonly (readonly [name: string, group: string, router: KubernetesRouterCase])[] = [
  ['Istio', 'networking.istio.io', istio],
  ['the Gateway API', 'gateway.networking.k8s.io', gatewayApi],
  ['KServe', 'serving.kserve.io', kserve],
];

const groups = clusterIsHere() ? definedGroups() : new Set<string>();

for (const [name, group, router] of cases) {
  const reason = !clusterIsHere()
    ? 'no Kubernetes here'
    : groups.has(group)
      ? null
      : `no definitions of ${group} here; LAUREL_TEST_CRDS may name a folder with them`;
  if (reason !== null) {
    test.skip(`the traffic router: ${name} (${reason})`, () => undefined);
    continue;
  }
  describe(`with the definitions of ${group}`, () => {
    beforeAll(async () => {
      await installCrds(await testCluster(), { groups: [group] });
    }, 240_000);
    trafficRouterContract(name, () => givenKubernetesRouter(router));
    kubernetesRouterContract(name, router);
  });
}

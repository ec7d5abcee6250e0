import { httpRoute } from '../../libs/kubernetes/src/routing/http-route.js';
import { inferenceService } from '../../libs/kubernetes/src/routing/inference-service.js';
import { virtualService } from '../../libs/kubernetes/src/routing/istio.js';
import type { KubernetesRouterCase } from './traffic-router.given.js';

export const istio: KubernetesRouterCase = {
  kind: virtualService,
  spec: (namespace) => ({
    kind: 'istio',
    namespace,
    service: 'laurel-serving',
    port: 8480,
    gateways: ['mesh'],
    versionLabel: 'laurel.dev/version',
    shadow: 'router',
    status: true,
    onConflict: 'report',
  }),
  beside: { path: 'exportTo', spec: { exportTo: ['.'] } },
  owned: {
    path: 'spec.http',
    spec: { http: [{ route: [{ destination: { host: 'elsewhere' } }] }] },
  },
};

export const gatewayApi: KubernetesRouterCase = {
  kind: httpRoute,
  spec: (namespace) => ({
    kind: 'gatewayApi',
    namespace,
    service: 'churn-v{version}',
    port: 8480,
    parents: [{ kind: 'Gateway', name: 'public' }],
    shadow: 'router',
    onConflict: 'report',
  }),
  beside: { path: 'hostnames', spec: { hostnames: ['churn.example.com'] } },
  owned: {
    path: 'spec.rules',
    spec: { rules: [{ backendRefs: [{ name: 'elsewhere', port: 80 }] }] },
  },
};

export const kserve: KubernetesRouterCase = {
  kind: inferenceService,
  spec: (namespace) => ({
    kind: 'kserve',
    namespace,
    storageUri: 's3://models/packages/sha256/{digest}',
    onConflict: 'report',
  }),
  beside: { path: 'predictor', spec: { predictor: { minReplicas: 2 } } },
  owned: {
    path: 'spec.predictor.canaryTrafficPercent',
    spec: { predictor: { canaryTrafficPercent: 77 } },
  },
};

import { LaurelError } from '@laurel/contracts';
import { createGrpcServer } from '../../../apps/serving/src/grpc/grpc-server.js';
import { createGuard } from '../../../apps/serving/src/http/guard.js';
import { createHttpServer } from '../../../apps/serving/src/http/http-server.js';
import { listenOn } from '../../../apps/serving/src/http/listen.js';
import { predictRoutes } from '../../../apps/serving/src/http/predict.routes.js';
import { Router } from '../../../apps/serving/src/http/router.js';
import type { PredictRequest } from '../../../apps/serving/src/predictions.js';
import { openClient } from './grpc-client.js';

const isLive = async (secret: string) => secret.startsWith('live-');
const log = { error: () => undefined };
const denied = () => undefined;
const anybody = ['', 'Bearer one', 'Bearer two', 'Basic three', 'nonsense'];

/** A data plane that answers nobody, and whose limits each request would have counted against. */
function aPlane() {
  const clients: string[] = [];
  const predict = ({ client }: PredictRequest) => {
    clients.push(client);
    return Promise.reject(new LaurelError('NotFound', 'Nothing is served here.'));
  };
  return { clients, plane: { predict } };
}

async function clientsOverHttp(isGuarded: boolean, authorizations: readonly string[]): Promise<readonly string[]> {
  const { clients, plane } = aPlane();
  const router = new Router();
  predictRoutes(router, { plane, stages: { wrote: () => undefined } });
  const { server } = createHttpServer({
    router,
    guard: isGuarded ? createGuard(isLive) : null,
    tracer: null,
    denied,
    log,
  });
  const url = await listenOn(server, { host: '127.0.0.1', port: 0 });
  for (const authorization of authorizations) {
    const headers = { connection: 'close', ...(authorization === '' ? {} : { authorization }) };
    await fetch(`${url}/predict/churn`, { method: 'POST', body: '{"tenure": 1}', headers });
  }
  await new Promise((resolve) => server.close(resolve));
  return clients;
}

async function clientsOverGrpc(isGuarded: boolean, authorizations: readonly string[]): Promise<readonly string[]> {
  const { clients, plane } = aPlane();
  const unused = () => {
    throw new Error('nobody asks for this');
  };
  const server = createGrpcServer({
    plane,
    stages: { wrote: () => undefined },
    endpoints: { names: unused, split: unused, version: unused, model: unused, isReady: unused, versions: unused },
    statistics: unused,
    repository: { index: unused, load: unused, unload: unused },
    operators: unused,
    denied,
    isReady: () => true,
    isLive: isGuarded ? isLive : null,
    tracer: null,
    log,
  });
  const client = openClient(await server.listen({ host: '127.0.0.1', port: 0 }));
  for (const authorization of authorizations) {
    const metadata: Record<string, string> = authorization === '' ? {} : { authorization };
    const message = {
      model_name: 'churn',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1], contents: { fp32_contents: [1] } }],
    };
    await client.call('GRPCInferenceService/ModelInfer', message, { metadata }).catch(() => undefined);
  }
  client.close();
  await server.drain();
  return clients;
}

describe.each([
  ['HTTP', clientsOverHttp],
  ['gRPC', clientsOverGrpc],
] as const)('over %s', (_, clientsOf) => {
  test('where no key is checked, a caller is its address, whatever it says of itself', async () => {
    expect(await clientsOf(false, anybody)).toEqual(anybody.map(() => '127.0.0.1'));
  });

  test('where keys are checked, a caller is its live key', async () => {
    expect(await clientsOf(true, ['Bearer live-a', 'Bearer dead', 'Bearer live-b', ''])).toEqual(['live-a', 'live-b']);
  });
});

import { createApp, mlflowApi, pathsOf } from '@laurel/api';
import type { Role } from '@laurel/ports';
import { createMeter } from '@laurel/telemetry';
import { type ApiWorld, createApiWorld } from '../api/api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

const everybody = ['nobody', 'viewer', 'operator', 'approver', 'admin'] as const;
const allowed: { readonly [audience: string]: readonly (Role | 'nobody')[] } = {
  anonymous: everybody,
  loopback: everybody,
  viewer: ['viewer', 'operator', 'approver', 'admin'],
  operator: ['operator', 'admin'],
  approver: ['approver', 'admin'],
  admin: ['admin'],
};
const calls = [...mlflowApi.routes, ...mlflowApi.byteRoutes].flatMap((route) =>
  pathsOf(route).flatMap((path) => [route.method].flat().map((method) => ({ method, path, allow: route.allow }))),
);
const sample = (path: string) => path.replace('*', 'absent/file').replace(/:\w+/g, 'absent');

test('every call refuses those who lack its role and lets the others through to its own checks', async () => {
  expect(calls.length).toBeGreaterThan(30);
  for (const { method, path, allow } of calls) {
    for (const as of everybody) {
      const { status, body } = await world.send(method, sample(path), { as });
      const context = { method, path, as };
      if (allowed[allow]?.includes(as) === true) {
        expect({ ...context, refused: [401, 403].includes(status) }).toEqual({ ...context, refused: false });
      } else {
        const code = as === 'nobody' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
        expect({ ...context, status, code: body.error_code }).toEqual({
          ...context,
          status: as === 'nobody' ? 401 : 403,
          code,
        });
      }
    }
  }
});

test('whatever listens below MLflow’s prefixes is in the table', async () => {
  const table = new Set(calls.map(({ method, path }) => `${method} ${path}`));
  const served = await servedRoutes();
  expect(served.length).toBeGreaterThan(30);
  expect(served.filter((route) => !table.has(route))).toEqual([]);
});

test('the ways around a route’s path lead nowhere', async () => {
  const name = 'mlflow/experiments/get?experiment_id=0';
  for (const prefix of [
    '/API/2.0',
    '//api/2.0',
    '/api/2.0/',
    '/api/./2.0',
    '/api/v1/../2.0',
    '/api/2%2e0',
    '/api/2.0%2f',
  ]) {
    const { status } = await world.get(`${prefix}/${name}`, { as: 'nobody' });
    expect([prefix, [401, 404].includes(status)]).toEqual([prefix, true]);
  }
  const override = { 'x-http-method-override': 'GET' };
  const { status } = await world.post('/api/2.0/mlflow/experiments/get', {}, { as: 'nobody', headers: override });
  expect(status).toBe(404);
});

test('bound elsewhere, only health and what a client asks first need no key', async () => {
  const settings = { ...world.ports.settings, loopback: false };
  const app = await createApp({ ...world.ports, meter: createMeter(), settings });
  try {
    const status = async (url: string) => (await app.inject({ method: 'GET', url })).statusCode;
    expect(await status('/health')).toBe(200);
    expect(await status('/version')).toBe(200);
    expect(await status('/api/3.0/mlflow/server-info')).toBe(200);
    expect(await status('/api/2.0/mlflow/experiments/get?experiment_id=0')).toBe(401);
  } finally {
    await app.close();
  }
});

test('a revoked key is refused within seconds', async () => {
  const { key, secret } = await world.db.apiKeys.create({ name: 'short lived', role: 'viewer' });
  const status = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await world.get('/api/2.0/mlflow/experiments/get?experiment_id=0', { as: 'nobody', headers })).status;
  };
  expect(await status()).toBe(200);
  await world.db.apiKeys.revoke(key.id);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect(await status()).toBe(401);
});

/** Every route that Fastify answers itself, but those that say that there is nothing. */
async function servedRoutes(): Promise<readonly string[]> {
  const found: string[] = [];
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const adapter = new FastifyAdapter();
  const server = adapter.getInstance();
  const { Denials, serveMlflow } = await import('@laurel/api');
  server.addHook('onRoute', ({ method, url }) => {
    if (!url.endsWith('mlflow/*') && !url.endsWith('mlflow-artifacts/*') && url.startsWith('/a')) {
      found.push(...[method].flat().map((one) => `${one} ${url}`));
    }
  });
  const denials = new Denials(world.db.audit, world.ports.logger);
  serveMlflow(server, { ports: world.ports, denials }, mlflowApi);
  await server.ready();
  await server.close();
  await denials.onApplicationShutdown();
  return found;
}

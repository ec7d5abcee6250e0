import { AuthGuard, audienceOf, createApp, tokens } from '@laurel/api';
import type { Role } from '@laurel/ports';
import { createMeter } from '@laurel/telemetry';
import { Controller, Get, Module, RequestMethod } from '@nestjs/common';
import { APP_GUARD, ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

interface RouteFound {
  readonly method: string;
  readonly path: string;
  readonly audience: string | undefined;
}

/** Every handler that Nest has mapped, read from the decorators themselves. */
function routes(): readonly RouteFound[] {
  const found: RouteFound[] = [];
  for (const module of world.app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (metatype === null) continue;
      const prefix = String(Reflect.getMetadata('path', metatype));
      for (const name of Object.getOwnPropertyNames(metatype.prototype)) {
        const handler = metatype.prototype[name] as object;
        const path = Reflect.getMetadata('path', handler) as string | undefined;
        if (name === 'constructor' || path === undefined) continue;
        const method = RequestMethod[Reflect.getMetadata('method', handler) as number] ?? '';
        found.push({ method, path: joined(prefix, path), audience: audienceOf(handler) });
      }
    }
  }
  return found;
}

function joined(prefix: string, path: string): string {
  return `/${[prefix, path]
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}

/** A path that the route matches; what it names does not exist. */
function sample(path: string): string {
  return path
    .replace(':incarnation', '1')
    .replace(':version', '1')
    .replace(':order', 'abort')
    .replace(':target', '1:abort')
    .replace(':run', 'f'.repeat(32))
    .replace(/:\w+/g, 'absent');
}

test('every route states who may call it', () => {
  const all = routes();
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(({ audience }) => audience === undefined)).toEqual([]);
});

test('every route refuses those who lack its role and lets the others through to its own checks', async () => {
  const allowed: { readonly [audience: string]: readonly (Role | 'nobody')[] } = {
    anonymous: ['nobody', 'viewer', 'operator', 'approver', 'admin'],
    loopback: ['nobody', 'viewer', 'operator', 'approver', 'admin'],
    viewer: ['viewer', 'operator', 'approver', 'admin'],
    operator: ['operator', 'admin'],
    approver: ['approver', 'admin'],
    admin: ['admin'],
  };
  for (const { method, path, audience } of routes()) {
    for (const as of ['nobody', 'viewer', 'operator', 'approver', 'admin'] as const) {
      const { status } = await world.send(method, sample(path), { as });
      const refused = as === 'nobody' ? 401 : 403;
      const context = { method, path, as };
      if (allowed[String(audience)]?.includes(as) === true) {
        expect({ ...context, status }).not.toEqual({ ...context, status: 401 });
        expect({ ...context, status }).not.toEqual({ ...context, status: 403 });
      } else {
        expect({ ...context, status }).toEqual({ ...context, status: refused });
      }
    }
  }
});

test('a trailing slash or other letters do not reach a route past its guard', async () => {
  for (const path of ['/api/v1/projects/', '/API/v1/projects', '//api/v1/projects', '/api/v1/./projects']) {
    expect([401, 404]).toContain((await world.get(path, { as: 'nobody' })).status);
  }
});

test('a route that states nothing is open to nobody, not even an admin', async () => {
  @Controller('bare')
  class BareController {
    @Get()
    read() {
      return 'secret';
    }
  }
  @Module({
    controllers: [BareController],
    providers: [
      { provide: APP_GUARD, useClass: AuthGuard },
      { provide: tokens.apiKeys, useValue: world.ports.apiKeys },
      { provide: tokens.settings, useValue: world.ports.settings },
    ],
  })
  class BareModule {}
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
  await app.init();
  try {
    const authorization = `Bearer ${world.keys.admin}`;
    const answer = await app.inject({ method: 'GET', url: '/bare', headers: { authorization } });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('secret');
  } finally {
    await app.close();
  }
});

test('bound beyond this machine, metrics and documentation need a key and health does not', async () => {
  const app = await createApp({
    ...world.ports,
    meter: createMeter(),
    settings: { ...world.ports.settings, loopback: false },
  });
  try {
    const status = async (url: string, authorization?: string) =>
      (await app.inject({ method: 'GET', url, headers: authorization === undefined ? {} : { authorization } }))
        .statusCode;
    expect(await status('/healthz')).toBe(200);
    for (const path of ['/metrics', '/openapi.json', '/docs', '/schemas/model-project.json']) {
      expect(await status(path)).toBe(401);
      expect(await status(path, `Bearer ${world.keys.viewer}`)).toBe(200);
    }
  } finally {
    await app.close();
  }
});

test('a revoked key, another scheme and a guessed key are refused', async () => {
  const { key, secret } = await world.db.apiKeys.create({ name: 'short lived', role: 'admin' });
  const status = async (authorization: string) =>
    (await world.get('/api/v1/projects', { as: 'nobody', headers: { authorization } })).status;
  expect(await status(`Bearer ${secret}`)).toBe(200);
  expect((await world.send('DELETE', `/api/v1/api-keys/${key.id}`)).status).toBe(204);
  expect(await status(`Bearer ${secret}`)).toBe(401);
  expect(await status(`Basic ${secret}`)).toBe(401);
  expect(await status(`Bearer ${world.keys.admin}x`)).toBe(401);
  expect(await status('Bearer')).toBe(401);
});

test('a key is shown once and never listed', async () => {
  const made = await world.post('/api/v1/api-keys', { name: 'ci', role: 'operator' });
  expect(made.status).toBe(201);
  const listed = await world.get('/api/v1/api-keys');
  expect(listed.body.items.map((item: { name: string }) => item.name)).toContain('ci');
  expect(JSON.stringify(listed.body)).not.toContain(made.body.secret);
  const audit = await world.get('/api/v1/audit');
  expect(JSON.stringify(audit.body)).not.toContain(made.body.secret);
});

// A serving process with a fleet in memory and everything else real, until SIGTERM. Prints where it answers, and where its
// packages are.
import { join } from 'node:path';
import type { VersionRef } from '@laurel/domain';
import type { ApiKey } from '@laurel/ports';
import { publishGraph, publishWithBackground } from '../support/bare-graphs.js';
import { type ServingWorld, splitOf, startServingWorld } from '../support/serving-world.js';
import { type AskedModel, models } from './models.js';

/** Secrets are the names of roles; only some may change what is loaded. */
const roles: readonly string[] = ['viewer', 'operator'];

function keyOf(role: ApiKey['role']): ApiKey {
  return { id: role, name: `the ${role}`, role, createdAt: '', revokedAt: null };
}

function publish(world: ServingWorld, asked: AskedModel, version: number): Promise<VersionRef> {
  const { onnx, signature, background } = asked;
  if (signature === null) return publishGraph(world, version, onnx);
  const built = { model: onnx, signature };
  return background === null
    ? world.publish(version, built)
    : publishWithBackground(world, { version, built, background });
}

const world = await startServingWorld(undefined, null, {
  authenticate: async (secret) => (roles.includes(secret) ? keyOf(secret as ApiKey['role']) : undefined),
});
const grpc = await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 });
let explained = '';
for (const asked of models) {
  const champion = await publish(world, asked, 2);
  await world.serve(splitOf({ endpoint: asked.name, champion }));
  if (asked.background !== null) explained = champion.digest;
  if (asked.name === 'flat') world.fleet.versions = [await publish(world, asked, 1)];
}
const facts = { http: world.url, grpc: grpc.replace('grpc://', ''), objects: join(world.root, 'objects'), explained };
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.once('SIGTERM', () => void world.close().then(() => process.exit(0)));

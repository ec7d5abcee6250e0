// Starts the servers that tests share, once per run however many kinds of test it has, and tells the tests where they are.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const key = Symbol.for('laurel.test-servers');

/** `npm test` has compiled everything; jest started by hand needs what this file itself uses. A type error is said, and no obstacle. */
function compileWhatRunsHere() {
  if (process.env.LAUREL_TEMPORAL_BIN) return;
  const compiler = fileURLToPath(new URL('../../node_modules/typescript-7/bin/tsc', import.meta.url));
  spawnSync(process.execPath, [compiler, '-b', 'infra/dev', 'libs/postgres'], { cwd: root, stdio: ['ignore', 2, 2] });
}

async function start() {
  compileWhatRunsHere();
  const { startTestServers } = await import('@laurel/dev');
  const { migrate, openDatabase } = await import('@laurel/postgres');
  const servers = await startTestServers();
  process.once('exit', () => servers.abandon());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  const template = openDatabase({ url: servers.postgresUrl, poolSize: 1 });
  await migrate(template);
  await template.close();
  return servers;
}

export default async function setUp() {
  globalThis[key] ??= start();
  const servers = await globalThis[key];
  process.env.LAUREL_TEST_POSTGRES_URL = servers.postgresUrl;
  process.env.LAUREL_TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
  process.env.LAUREL_TEST_CLUSTER_FOLDER = servers.clusterFolder;
  if (servers.s3 === null) return;
  process.env.LAUREL_TEST_S3_ENDPOINT = servers.s3.endpoint;
  process.env.LAUREL_TEST_S3_ACCESS_KEY = servers.s3.accessKey;
  process.env.LAUREL_TEST_S3_SECRET_KEY = servers.s3.secretKey;
}

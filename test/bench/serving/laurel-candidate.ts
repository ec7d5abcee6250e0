import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeVersion, environment } from '@laurel/contracts';
import { freePortNumbers, isAlive, postgresChild, postgresUrl, startServer } from '@laurel/dev';
import { createRepositories, migrate, openDatabase } from '@laurel/postgres';
import { startServerProcess } from '../../support/server-process.js';
import type { Candidate, Ground, RunningCandidate } from './candidate.js';
import { cores } from './cores.js';
import { putModelsOnSplits } from './laurel-models.js';
import { accepts } from './listening.js';

const main = resolve('apps/serving/dist/main.js');

/** A configuration of Laurel's serving process; `settings` are environment variables beyond those that every one needs. */
export interface LaurelVariant {
  readonly name: string;
  readonly title: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Laurel as it is operated: one serving process, Postgres, an object store, and a rollout in progress on every model. */
export function laurelCandidate({ name, title, settings }: LaurelVariant): Candidate {
  return {
    name,
    kind: 'laurel',
    title,
    takes: () => true,
    start: (ground) => startLaurel(name, settings, ground),
  };
}

async function startLaurel(
  name: string,
  settings: LaurelVariant['settings'],
  ground: Ground,
): Promise<RunningCandidate> {
  const folder = join(ground.folder, name);
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  await chmod(folder, 0o711);
  const [postgresPort = 0, port = 0, grpcPort = 0] = await freePortNumbers(3);
  const [http, grpc] = [port, grpcPort].map((own) => ({ host: '127.0.0.1', port: own }));
  if (http === undefined || grpc === undefined) throw new Error('there are no free ports');
  const postgres = await openPostgres(folder, postgresPort);
  const program = {
    name,
    command: [...ground.pinning(cores.server), process.execPath, main],
    environment: {
      [environment.home]: home,
      [environment.databaseUrl]: postgres.url,
      [environment.objectStore]: `file://${home}/objects`,
      [environment.servingPort]: String(port),
      LAUREL_SERVING_GRPC_PORT: String(grpcPort),
      [environment.logLevel]: 'warn',
      ...settings,
    },
    log: join(ground.folder, `${name}.log`),
    ready: () => accepts(http),
  };
  const database = openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'laurel-bench' });
  try {
    await migrate(database);
    const server = await startServerProcess(program);
    try {
      await putModelsOnSplits(createRepositories(database), { home, fixtures: ground.fixtures });
    } catch (error) {
      await server.stop();
      throw error;
    }
    const stop = async () => {
      await server.stop();
      await postgres.stop();
    };
    return { ...server, http, grpc, stop, versions: { laurel: codeVersion } };
  } catch (error) {
    await postgres.stop();
    throw error;
  } finally {
    await database.close();
  }
}

/** A Postgres whose commits reach the disk, as in production. */
async function openPostgres(folder: string, port: number) {
  const options = { port, password: randomBytes(12).toString('hex'), database: 'laurel' };
  const child = await postgresChild({ ...options, dataDir: join(folder, 'postgres', 'data'), durable: true });
  const server = await startServer(child, join(folder, 'postgres.log'));
  const abandon = () => {
    if (isAlive(server.identity)) process.kill(server.identity.pid, 'SIGINT');
  };
  process.once('exit', abandon);
  const stop = async () => {
    process.off('exit', abandon);
    await server.stop();
  };
  return { url: postgresUrl(options), stop };
}

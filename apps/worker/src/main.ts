import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { codeVersion } from '@laurel/contracts';
import { clearOldJobs } from '@laurel/local';
import { createLogger, openTracing } from '@laurel/telemetry';
import { openClient, registerSearchAttributes, startWorkers } from '@laurel/temporal';
import { createAnchorer } from './audit/anchorer.js';
import { parseConfig } from './config.js';
import { openContainer } from './container.js';
import { type ElectedTask, standForElection } from './elected.js';
import { every, type Loop } from './every.js';
import { createReconciler } from './reconciler.js';
import { createPruner } from './retention/pruner.js';
import { workerPlans } from './roles.js';
import { createRouterKeeper } from './router-keeper.js';
import { bridgeTemporalLog } from './temporal-log.js';
import { createWatcher } from './watcher.js';
import { createCourier } from './webhooks/courier.js';

/** How long a stopping worker waits for its activities; a training job goes on without it. */
const graceMilliseconds = 5_000;
const watchMilliseconds = 1_000;
const reconcileMilliseconds = 30_000;
const courierMilliseconds = 500;
const pruneMilliseconds = 86_400_000;

const config = parseConfig(process.env);
const log = createLogger({ process: 'worker', level: config.logLevel });
bridgeTemporalLog(log);

const traced = { service: 'laurel-worker', version: codeVersion, instance: randomUUID(), log };
const tracing = config.tracing && (await openTracing(config.tracing, traced));
const container = await openContainer(config, log);
const client = openClient(config.temporal);
await registerSearchAttributes(client);
const workers = await startWorkers(
  { ...config.temporal, graceMilliseconds },
  await workerPlans(config, { ...container, tracer: tracing?.tracer ?? null }),
);
const elections = standForElection(container.database, electedTasks(), log);
const clearing = clearJobs();
process.send?.({ laurel: 'ready' });
log.info({ roles: config.roles }, 'worker ready');

const stop = () => {
  log.info('worker stops');
  workers.shutdown();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
await workers.done;
await Promise.all([elections.stop(), clearing?.stop()]);
await workers.close();
await client.connection.close();
await Promise.all([container.close(), tracing?.close()]);
process.disconnect?.();

function electedTasks(): readonly ElectedTask[] {
  const { ports, repositories, auditAnchors, webhookSender, seal } = container;
  const all = { ...ports, ...repositories, auditAnchors, webhookSender, seal };
  const scaled = (milliseconds: number) => Math.max(200, milliseconds * config.timeScale);
  const watching: readonly ElectedTask[] = [
    { name: 'watcher', milliseconds: scaled(watchMilliseconds), make: () => createWatcher(all) },
    { name: 'audit-anchorer', milliseconds: watchMilliseconds, make: () => createAnchorer(all, log) },
    { name: 'pruner', milliseconds: pruneMilliseconds, make: () => createPruner(all, log, config.retention) },
  ];
  const reconciling: readonly ElectedTask[] = [
    { name: 'reconciler', milliseconds: scaled(reconcileMilliseconds), make: () => createReconciler(all, log) },
    { name: 'router-keeper', milliseconds: scaled(reconcileMilliseconds), make: () => createRouterKeeper(all, log) },
  ];
  const delivering = { name: 'courier', milliseconds: courierMilliseconds };
  return [
    ...(config.roles.includes('watcher') ? watching : []),
    ...(config.roles.includes('reconciler') ? reconciling : []),
    ...(config.roles.includes('courier') ? [{ ...delivering, make: () => createCourier(all, log) }] : []),
  ];
}

/** Where trainers are processes of a machine, each machine has folders of its own to clear. */
function clearJobs(): Loop | null {
  if (config.launcher.kind !== 'local' || !config.roles.includes('train')) return null;
  const old = { folder: join(config.home, 'jobs'), keepMilliseconds: config.retention.jobs };
  const pass = async () => {
    const cleared = await clearOldJobs(old);
    if (cleared > 0) log.info({ cleared }, 'folders of trainers that ended long ago were cleared; their logs stay');
  };
  return every(pruneMilliseconds, { name: 'clearing old jobs', log, pass });
}

import { randomUUID } from 'node:crypto';
import { codeVersion } from '@laurel/contracts';
import { createLogger, openTracing } from '@laurel/telemetry';
import { openClient, registerSearchAttributes, startWorkers } from '@laurel/temporal';
import { createAnchorer } from './audit/anchorer.js';
import { createPruner } from './audit/pruner.js';
import { parseConfig } from './config.js';
import { openContainer } from './container.js';
import { type Task, whenElected } from './elected.js';
import type { Loop } from './every.js';
import { createReconciler } from './reconciler.js';
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
const loops = electedLoops();
process.send?.({ laurel: 'ready' });
log.info({ roles: config.roles }, 'worker ready');

const stop = () => {
  log.info('worker stops');
  workers.shutdown();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
await workers.done;
await Promise.all(loops.map((loop) => loop.stop()));
await workers.close();
await client.connection.close();
await Promise.all([container.close(), tracing?.close()]);
process.disconnect?.();

function electedLoops(): readonly Loop[] {
  const { database, ports, repositories, auditAnchors, webhookSender, seal } = container;
  const all = { ...ports, ...repositories, auditAnchors, webhookSender, seal };
  const scaled = (milliseconds: number) => Math.max(200, milliseconds * config.timeScale);
  const keep = config.auditRetentionMilliseconds;
  const looping = (name: string, milliseconds: number, make: () => Task) =>
    whenElected(database, { name, milliseconds, log, make });
  return [
    ...(config.roles.includes('watcher')
      ? [
          looping('watcher', scaled(watchMilliseconds), () => createWatcher(all)),
          looping('audit-anchorer', watchMilliseconds, () => createAnchorer(all, log)),
          looping('pruner', pruneMilliseconds, () => createPruner(all, log, keep)),
        ]
      : []),
    ...(config.roles.includes('reconciler')
      ? [
          looping('reconciler', scaled(reconcileMilliseconds), () => createReconciler(all, log)),
          looping('router-keeper', scaled(reconcileMilliseconds), () => createRouterKeeper(all, log)),
        ]
      : []),
    ...(config.roles.includes('courier')
      ? [looping('courier', courierMilliseconds, () => createCourier(all, log))]
      : []),
  ];
}

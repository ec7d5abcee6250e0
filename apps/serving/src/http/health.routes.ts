import type { Meter } from '@laurel/telemetry';
import { send, sendJson } from './exchange.js';
import type { Router } from './router.js';

export interface HealthParts {
  readonly isReady: () => boolean;
  readonly meter: Pick<Meter, 'expose'>;
  /** Brings gauges up to date before they are read. */
  readonly refreshGauges: () => void;
}

/** Liveness, readiness and metrics. */
export function healthRoutes(router: Router, { isReady, meter, refreshGauges }: HealthParts): void {
  router.on('GET', '/healthz', (exchange) => sendJson(exchange, { status: 'alive' }));
  router.on('GET', '/', (exchange) => sendJson(exchange, { status: 'alive' }));
  router.on('GET', '/readyz', (exchange) => {
    const ready = isReady();
    sendJson(exchange, { ready }, ready ? 200 : 503);
  });
  router.on('GET', '/metrics', async (exchange) => {
    refreshGauges();
    const { contentType, body } = await meter.expose();
    send(exchange, { body, type: contentType });
  });
}

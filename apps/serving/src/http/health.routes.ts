import type { Meter } from '@laurel/telemetry';
import type { FastifyInstance } from 'fastify';

export interface HealthParts {
  readonly isReady: () => boolean;
  readonly meter: Pick<Meter, 'expose'>;
  /** Brings gauges up to date before they are read. */
  readonly refreshGauges: () => void;
}

/** Liveness, readiness and metrics. */
export function healthRoutes(app: FastifyInstance, { isReady, meter, refreshGauges }: HealthParts): void {
  app.get('/healthz', () => ({ status: 'alive' }));
  app.get('/readyz', (_, reply) => {
    const ready = isReady();
    return reply.status(ready ? 200 : 503).send({ ready });
  });
  app.get('/metrics', async (_, reply) => {
    refreshGauges();
    const { contentType, body } = await meter.expose();
    return reply.type(contentType).send(body);
  });
}

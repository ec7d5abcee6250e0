import { health, readiness } from '@laurel/contracts/schemas';
import type { Orchestrator } from '@laurel/ports';
import type { Meter } from '@laurel/telemetry';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Route } from '../http/route.js';
import type { DatabaseProbe } from '../ports.js';
import { tokens } from '../tokens.js';

/** A dependency that has not answered by then counts as unavailable. */
const patienceMilliseconds = 2_000;

@ApiTags('system')
@Controller()
export class HealthController {
  constructor(
    @Inject(tokens.database) private readonly database: DatabaseProbe,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.meter) private readonly meter: Meter,
  ) {}

  @Get('healthz')
  @Route({ allow: 'anonymous', summary: 'Tell whether the process lives', answer: health })
  live() {
    return { status: 'ok' as const };
  }

  @Get('readyz')
  @Route({ allow: 'anonymous', summary: 'Tell whether Postgres and Temporal answer (503 if not)', answer: readiness })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const dependencies = await Promise.all([
      probe('postgres', () => this.database.ping()),
      probe('temporal', () => this.orchestrator.ping()),
    ]);
    const ok = dependencies.every((dependency) => dependency.ok);
    if (!ok) void reply.status(503);
    return { status: ok ? ('ok' as const) : ('unavailable' as const), dependencies };
  }

  @Get('metrics')
  @Route({ allow: 'loopback', summary: 'Metrics of this process for Prometheus', media: 'text/plain' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    const { contentType, body } = await this.meter.expose();
    void reply.header('content-type', contentType);
    return body;
  }
}

async function probe(name: string, ping: () => Promise<void>) {
  const patience = Promise.withResolvers<never>();
  const timer = setTimeout(() => patience.reject(new Error('no answer in time')), patienceMilliseconds);
  try {
    await Promise.race([ping(), patience.promise]);
    return { name, ok: true, detail: 'answers' };
  } catch {
    return { name, ok: false, detail: 'does not answer' };
  } finally {
    clearTimeout(timer);
  }
}

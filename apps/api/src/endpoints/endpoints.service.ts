import { randomUUID } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { Audit, Orchestrator, Routing } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Looks at endpoints and gives them orders. */
@Injectable()
export class EndpointsService {
  constructor(
    @Inject(tokens.routing) private readonly routing: Routing,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** Error: `NotFound`. */
  async find(endpoint: string) {
    return found(await this.routing.find(endpoint), `endpoint "${endpoint}"`, listThem.endpoints);
  }

  /** Makes the champion before the present one champion again. Errors: `NotFound`, `Conflict` (there is none before). */
  async rollBack(endpoint: string, order: { readonly by: string; readonly reason: string }) {
    await this.find(endpoint);
    const { restored } = await this.orchestrator.rollBackEndpoint(endpoint, { ...order, requestId: randomUUID() });
    if (restored === null) {
      throw new LaurelError(
        'Conflict',
        `Endpoint "${endpoint}" has no champion before the present one; nothing is changed.`,
      );
    }
    return { endpoint, restored };
  }

  /** Lets an endpoint be promoted to again after an undo had failed and a person has mended it. */
  async clear(endpoint: string, by: string) {
    await this.find(endpoint);
    await this.orchestrator.clearEndpoint(endpoint, by);
    await this.audit.append({ actor: by, action: 'endpoint.cleared', subject: endpoint, detail: {} });
    return { endpoint, cleared: true as const };
  }
}

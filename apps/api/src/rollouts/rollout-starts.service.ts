import { randomUUID } from 'node:crypto';
import { rolloutId } from '@laurel/contracts';
import type { Audit, Orchestrator } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';
import { Challengers } from './challengers.js';
import { ServedProjects } from './served-projects.js';

/** Asks endpoints to roll a version out. */
@Injectable()
export class RolloutStartsService {
  constructor(
    @Inject(ServedProjects) private readonly served: ServedProjects,
    @Inject(Challengers) private readonly challengers: Challengers,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /**
   * Follows the plan of the project as it is now. Errors: `NotFound` (endpoint, version), `GateFailed`, `InvalidInput` (a
   * gate of the plan), `RolloutInProgress`.
   */
  async start(endpoint: string, version: number, requestedBy: string) {
    const { project } = await this.served.of(endpoint);
    const { digest, semver } = await this.challengers.passed(project.metadata.name, version);
    const { workflowId, incarnation } = await this.orchestrator.requestPromotion({
      requestId: randomUUID(),
      endpoint,
      project: project.metadata.name,
      challenger: { version, digest, semver },
      plan: await this.challengers.planFor(project),
      requestedBy,
    });
    const rollout = rolloutId(endpoint, incarnation);
    await this.audit.append({ actor: requestedBy, action: 'rollout.requested', subject: rollout, detail: { version } });
    return { rollout, incarnation, workflowId };
  }
}

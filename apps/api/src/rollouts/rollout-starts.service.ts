import { randomUUID } from 'node:crypto';
import { LaurelError, rolloutId } from '@laurel/contracts';
import { planOf } from '@laurel/domain';
import type { Audit, Orchestrator, Registry } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';
import { ServedProjects } from './served-projects.js';

/** Asks endpoints to roll a version out. */
@Injectable()
export class RolloutStartsService {
  constructor(
    @Inject(ServedProjects) private readonly served: ServedProjects,
    @Inject(tokens.registry) private readonly registry: Registry,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** Follows the plan of the project as it is now. Errors: `NotFound` (endpoint, version), `GateFailed`, `RolloutInProgress`. */
  async start(endpoint: string, version: number, requestedBy: string) {
    const { project } = await this.served.of(endpoint);
    const name = project.metadata.name;
    const challenger = found(
      await this.registry.find(name, version),
      `version ${version} of model "${name}"`,
      listThem.versions(name),
    );
    if (!challenger.gatesPassed) {
      throw new LaurelError('GateFailed', `Version ${version} of "${name}" failed its gates; it cannot be rolled out.`);
    }
    const { workflowId, incarnation } = await this.orchestrator.requestPromotion({
      requestId: randomUUID(),
      endpoint,
      project: name,
      challenger: { version, digest: challenger.digest, semver: challenger.semver },
      plan: planOf(project.spec),
      requestedBy,
    });
    const rollout = rolloutId(endpoint, incarnation);
    await this.audit.append({ actor: requestedBy, action: 'rollout.requested', subject: rollout, detail: { version } });
    return { rollout, incarnation, workflowId };
  }
}

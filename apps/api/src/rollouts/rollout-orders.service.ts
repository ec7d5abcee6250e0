import { codeVersion, LaurelError, rolloutId, workflowIds } from '@laurel/contracts';
import type { ApproveBody, RolloutOrder } from '@laurel/contracts/schemas';
import type { Rollout } from '@laurel/domain';
import type { ApiKey, Approvals, Audit, Orchestrator, Rollouts } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Hands running rollouts what people order and approve. */
@Injectable()
export class RolloutOrdersService {
  constructor(
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** Errors: `NotFound`, `Conflict` (it has ended). */
  async order(
    target: { readonly endpoint: string; readonly incarnation: number },
    order: { readonly kind: RolloutOrder; readonly by: string; readonly reason: string },
  ) {
    const rollout = await this.running(rolloutId(target.endpoint, target.incarnation));
    await this.orchestrator.orderRollout(rollout.endpoint, order);
    const { kind, by: actor, reason } = order;
    await this.audit.append({ actor, action: `rollout.${kind}Ordered`, subject: rollout.id, detail: { reason } });
    return { rollout: rollout.id, order: kind };
  }

  /**
   * Stores the decision, then tells the rollout, which believes what is stored and not what it is told. Errors:
   * `NotFound`, `Conflict`, `Forbidden`, `InvalidInput`.
   */
  async decide(body: ApproveBody, { id: keyId, name: by }: ApiKey) {
    const rollout = await this.running(body.rollout);
    const { decision, reason, form } = body;
    const decided = { rollout: rollout.id, by, keyId, decision, reason: reason ?? null, form, codeVersion };
    const { record, standing } = await this.approvals.decide(decided);
    const workflowId = workflowIds.rollout(rollout.endpoint, rollout.incarnation);
    const approvers = standing.approvers.length;
    if (decision === 'rejected') await this.orchestrator.rejectRollout(workflowId, { by, reason: record.reason ?? '' });
    else await this.orchestrator.grantApproval(workflowId, { by, evidenceId: record.evidenceId, approvers });
    return { approval: record, approvers, needed: standing.needed };
  }

  private async running(id: string): Promise<Rollout> {
    const rollout = found(await this.rollouts.find(id), `rollout ${id}`, listThem.rollouts);
    if (rollout.status === 'running') return rollout;
    throw new LaurelError('Conflict', `Rollout ${id} has ended as ${rollout.status}; start a new one.`);
  }
}

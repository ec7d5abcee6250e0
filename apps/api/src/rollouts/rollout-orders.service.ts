import { codeVersion, LaurelError, rolloutId, workflowIds } from '@laurel/contracts';
import type { ApproveBody } from '@laurel/contracts/schemas';
import type { Rollout } from '@laurel/domain';
import type { ApiKey, Approvals, Audit, Orchestrator, Rollouts } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';
import { type AskedOrder, isIntervention, stepToChange } from './interventions.js';

/** Hands running rollouts what people order and approve. */
@Injectable()
export class RolloutOrdersService {
  constructor(
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /**
   * Errors: `NotFound`, `Conflict` (it has ended, or the step may not be skipped or run again), `Forbidden` and
   * `InvalidInput` (who skips a step or runs it again is an admin and says why).
   */
  async order(target: { readonly endpoint: string; readonly incarnation: number }, asked: AskedOrder) {
    const rollout = await this.running(rolloutId(target.endpoint, target.incarnation));
    const { kind, caller, reason = 'asked by hand' } = asked;
    const by = caller.name;
    const step = isIntervention(kind) ? { step: stepToChange(rollout, { ...asked, kind }) } : {};
    await this.orchestrator.orderRollout(rollout.endpoint, { kind, by, reason, ...step });
    if (kind === 'pause')
      await this.rollouts.update(rollout.id, { hold: { by, reason, at: new Date().toISOString() } });
    if (kind === 'resume') await this.rollouts.update(rollout.id, { hold: null });
    const detail = { reason, ...step };
    await this.audit.append({ actor: by, action: `rollout.${kind}Ordered`, subject: rollout.id, detail });
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

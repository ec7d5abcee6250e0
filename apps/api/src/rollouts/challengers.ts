import { LaurelError } from '@laurel/contracts';
import { hostOf, type ModelProject, type ModelVersion, planOf, type RolloutPlan } from '@laurel/domain';
import type { Registry, Webhooks } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';

/** What may be rolled out, and by which plan. */
@Injectable()
export class Challengers {
  constructor(
    @Inject(tokens.registry) private readonly registry: Registry,
    @Inject(tokens.webhooks) private readonly webhooks: Pick<Webhooks, 'secretOf'>,
  ) {}

  /** A version whose gates passed. Errors: `NotFound`, `GateFailed`. */
  async passed(name: string, version: number): Promise<ModelVersion> {
    const challenger = found(
      await this.registry.find(name, version),
      `version ${version} of model "${name}"`,
      listThem.versions(name),
    );
    if (challenger.gatesPassed) return challenger;
    throw new LaurelError('GateFailed', `Version ${version} of "${name}" failed its gates; it cannot be rolled out.`);
  }

  /** The plan of a project as it is now. Error: `InvalidInput` for a gate that nobody has registered. */
  async planFor({ spec }: ModelProject): Promise<RolloutPlan> {
    const plan = planOf(spec);
    for (const [index, step] of plan.steps.entries()) {
      if (!('gate' in step) || (await this.webhooks.secretOf(step.gate.url)) !== undefined) continue;
      throw new LaurelError(
        'InvalidInput',
        `The gate of step ${index + 1} leads to ${hostOf(step.gate.url)}, which no registered webhook has as its address; add it with laurel webhook add.`,
      );
    }
    return plan;
  }
}

import { randomUUID } from 'node:crypto';
import { workflowIds } from '@laurel/contracts';
import type { TriggerRunBody } from '@laurel/contracts/schemas';
import type { Audit, Orchestrator, Projects, Triggers } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Asks for trainings. The event is inserted under its unique key first, and only its inserter signals. */
@Injectable()
export class TrainingService {
  constructor(
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.triggers) private readonly triggers: Triggers,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  async trigger(project: string, body: TriggerRunBody, actor: string) {
    found(await this.projects.find(project), `project "${project}"`);
    const runId = randomUUID().replaceAll('-', '');
    const key = `manual/${body.key ?? runId}`;
    const { inserted, record } = await this.triggers.insert({ key, project, kind: 'manual', runId });
    if (!inserted) return { runId: record.runId, workflowId: workflowIds.model(project), created: false };
    const { workflowId } = await this.fire(project, { key, runId, body, actor });
    await this.audit.append({ actor, action: 'training.requested', subject: project, detail: { runId, key } });
    return { runId, workflowId, created: true };
  }

  private async fire(
    project: string,
    request: {
      readonly key: string;
      readonly runId: string;
      readonly body: TriggerRunBody;
      readonly actor: string;
    },
  ) {
    const { key, runId, body, actor } = request;
    try {
      return await this.orchestrator.fireTrigger(project, {
        key,
        kind: 'manual',
        runId,
        from: body.from ?? null,
        requestedBy: actor,
        rollOut: body.rollOut,
      });
    } catch (error) {
      // The key must be free again, or nobody would ever signal this event.
      await this.triggers.withdraw({ project, key });
      throw error;
    }
  }
}

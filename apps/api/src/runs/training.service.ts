import { randomUUID } from 'node:crypto';
import { workflowIds } from '@laurel/contracts';
import type { Audit, Orchestrator, Projects, TriggerRequest, Triggers } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
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

  /** The same `key` asked again names the same run; without one, each request is a reason of its own. */
  async trigger(project: string, request: TriggerRequest, given?: string) {
    found(await this.projects.find(project), `project "${project}"`, listThem.projects);
    const runId = randomUUID().replaceAll('-', '');
    const key = `manual/${given ?? runId}`;
    const { inserted, record } = await this.triggers.insert({ key, project, kind: 'manual', runId, request });
    if (!inserted) return { runId: record.runId, workflowId: workflowIds.model(project), created: false };
    const { workflowId } = await this.fire(project, { key, runId, request });
    const rerun = request.rerun === undefined ? {} : { rerunOf: request.rerun.of };
    await this.audit.append({
      actor: request.requestedBy,
      action: 'training.requested',
      subject: project,
      detail: { runId, key, ...rerun },
    });
    return { runId, workflowId, created: true };
  }

  private async fire(
    project: string,
    { key, runId, request }: { readonly key: string; readonly runId: string; readonly request: TriggerRequest },
  ) {
    try {
      return await this.orchestrator.fireTrigger(project, { key, kind: 'manual', runId, ...request });
    } catch (error) {
      // The key must be free again, or nobody would ever signal this event.
      await this.triggers.withdraw({ project, key });
      throw error;
    }
  }
}

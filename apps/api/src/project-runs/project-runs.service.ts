import { createHash, randomUUID } from 'node:crypto';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { RunProjectBody } from '@laurel/contracts/schemas';
import { type ProjectRun, projectProgram, runName, type TrainingSpec } from '@laurel/domain';
import type { Audit, Orchestrator, Tracking } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';
import { planOf } from './project-plans.js';

/** The experiment of MLflow's clients that name none. */
const usualExperiment = '0';

/** Asks for runs of MLproject folders. */
@Injectable()
export class ProjectRunsService {
  constructor(
    @Inject(tokens.tracking) private readonly tracking: Tracking,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** The same `key` asked again for a project names the same run. Error: `InvalidInput`, before anything is made. */
  async start(body: RunProjectBody, actor: string) {
    const { project, plan } = planOf(body);
    const run: ProjectRun = {
      project,
      runId: runIdOf(project, body.key),
      folder: body.folder,
      training: trainingOf(body, projectProgram(plan)),
      entry: plan.entry,
      parameters: plan.parameters,
      experimentId: await this.experimentOf(body.experiment),
      runName: body.runName ?? runName(Math.random()),
      requestedBy: actor,
      environment: environmentWord(plan.environment?.kind),
    };
    const { workflowId, started } = await this.orchestrator.startProjectRun(run);
    const { runId, entry } = run;
    if (started) {
      const detail = { runId, entry, folder: body.folder };
      await this.audit.append({ actor, action: 'projectRun.requested', subject: project, detail });
    }
    return { runId, workflowId, created: started };
  }

  /** Error: `InvalidInput` for one that was deleted. */
  private async experimentOf(name: string | undefined): Promise<string> {
    if (name === undefined) return usualExperiment;
    const found = (await this.tracking.findExperimentByName(name)) ?? (await this.createExperiment(name));
    if (found.lifecycleStage === 'active') return found.experimentId;
    throw new LaurelError('InvalidInput', `The experiment ${name} was deleted; restore it, or name another one.`);
  }

  private async createExperiment(name: string) {
    try {
      await this.tracking.createExperiment({ name, artifactLocation: null, tags: [] });
    } catch (error) {
      if (!isLaurelError(error) || error.code !== 'AlreadyExists') throw error;
    }
    const made = await this.tracking.findExperimentByName(name);
    if (made !== undefined) return made;
    throw new LaurelError('Conflict', `The experiment ${name} was renamed while it was made; ask again.`);
  }
}

/** One and the same for a key, so that a second request finds the workflow of the first. */
function runIdOf(project: string, key: string | undefined): string {
  if (key === undefined) return randomUUID().replaceAll('-', '');
  return createHash('sha256').update(`${project}\0${key}`).digest('hex').slice(0, 32);
}

/** Silence is no sign of a hang: a program of no protocol has no steps. */
function trainingOf({ resources, deadline, attempts }: RunProjectBody, command: TrainingSpec['command']): TrainingSpec {
  return {
    command,
    parameters: {},
    seed: 0,
    checkpoint: { every: 1 },
    deadline,
    silence: deadline,
    retry: { maximumAttempts: attempts },
    resources,
  };
}

function environmentWord(kind: 'conda' | 'python' | undefined): ProjectRun['environment'] {
  if (kind === undefined) return 'local';
  return kind === 'conda' ? 'conda' : 'virtualenv';
}

import { LaurelError } from '@laurel/contracts';
import { type ApplyProjectBody, parseProject } from '@laurel/contracts/schemas';
import type { Orchestrator, Projects, StoredProject } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { digestOf } from '../http/digest.js';
import { tokens } from '../tokens.js';

/** Declared models: stored as they are read, and their schedules kept in step. */
@Injectable()
export class ProjectsService {
  constructor(
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
  ) {}

  /** Errors: `InvalidProject` with every problem of the file, `DependencyUnavailable` (stored, schedules not yet). */
  async apply(
    body: ApplyProjectBody,
    actor: string,
  ): Promise<{ readonly stored: StoredProject; readonly notices: readonly string[] }> {
    const { project, notices } = readProject(body);
    const stored = await this.projects.apply(project, { folder: body.folder, digest: digestOf(project), actor });
    await this.orchestrator.reconcileSchedules(project);
    return { stored, notices };
  }
}

function readProject(body: ApplyProjectBody) {
  const parsed = parseProject(body.text ?? JSON.stringify(body.project), { file: 'laurel.yaml' });
  if (parsed.ok) return parsed;
  const details = parsed.problems.map(({ path, message }) => ({ path, message }));
  const [first] = details;
  const message =
    details.length === 1 && first !== undefined
      ? first.message
      : `The project file has ${details.length} problems, the first: ${first?.message ?? ''}`;
  throw new LaurelError('InvalidProject', message, { details });
}

/** A stored project in a list. */
export function projectSummaryOf(stored: StoredProject) {
  const { metadata, spec } = stored.project;
  return {
    name: metadata.name,
    description: metadata.description,
    owner: metadata.owner,
    task: spec.task,
    endpoint: spec.serving.endpoint,
    folder: stored.folder,
    digest: stored.digest,
    appliedAt: stored.appliedAt,
    appliedBy: stored.appliedBy,
  };
}

/** A stored project with its whole declaration. */
export function projectViewOf(stored: StoredProject) {
  return { ...projectSummaryOf(stored), project: stored.project };
}

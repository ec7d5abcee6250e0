import { LaurelError } from '@laurel/contracts';
import type { Projects, Routing, StoredProject } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';

/** Projects read per round trip while looking for one. */
const windowSize = 200;

/** Which project serves under an endpoint. */
@Injectable()
export class ServedProjects {
  constructor(
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.routing) private readonly routing: Routing,
  ) {}

  /** Routing knows who has served; a project that never did is known by its declaration only. Error: `NotFound`. */
  async of(endpoint: string): Promise<StoredProject> {
    const view = await this.routing.find(endpoint);
    const serving = view === undefined ? undefined : await this.projects.find(view.project);
    const project = serving ?? (await this.declaring(endpoint));
    if (project !== undefined) return project;
    throw new LaurelError('NotFound', `There is no endpoint "${endpoint}"; no project declares it.`);
  }

  private async declaring(endpoint: string): Promise<StoredProject | undefined> {
    let token: string | null = null;
    do {
      const page: Awaited<ReturnType<Projects['list']>> = await this.projects.list({ size: windowSize, token });
      const declared = page.items.find(({ project }) => project.spec.serving.endpoint === endpoint);
      if (declared !== undefined) return declared;
      token = page.nextToken;
    } while (token !== null);
    return undefined;
  }
}

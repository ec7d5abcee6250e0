import type { CardFacts, CardRollout, ModelVersion } from '@laurel/domain';
import type { Approvals, EvidenceStore, Projects, Rollouts } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../../tokens.js';

/** Rollouts read per round trip. */
const windowSize = 200;

/** What became of versions, and what their project says today. */
@Injectable()
export class VersionHistoryService {
  constructor(
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.evidence) private readonly evidence: EvidenceStore,
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
  ) {}

  async of(version: ModelVersion): Promise<Pick<CardFacts, 'project' | 'evidence' | 'rollouts'>> {
    const project = (await this.projects.find(version.project)) ?? null;
    const endpoint = project?.project.spec.serving.endpoint ?? version.project;
    return {
      project,
      evidence: await this.evidence.list({ digest: version.digest }),
      rollouts: await this.rolloutsOf(version, endpoint),
    };
  }

  private async rolloutsOf({ project, version }: ModelVersion, endpoint: string): Promise<readonly CardRollout[]> {
    const own: CardRollout[] = [];
    let token: string | null = null;
    do {
      const page: Awaited<ReturnType<Rollouts['list']>> = await this.rollouts.list(endpoint, {
        size: windowSize,
        token,
      });
      for (const rollout of page.items) {
        if (rollout.project !== project || rollout.challenger.version !== version) continue;
        const { id, status, cause, startedAt, endedAt, champion } = rollout;
        const decided = await this.approvals.list(id);
        const approvals = decided.filter(({ decision }) => decision === 'granted');
        own.push({ id, status, cause, startedAt, endedAt, champion: champion?.version ?? null, approvals });
      }
      token = page.nextToken;
    } while (token !== null);
    return own;
  }
}

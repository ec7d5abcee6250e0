import { isLaurelError } from '@laurel/contracts';
import { type CardFacts, type CardRollout, type ModelCard, modelCard } from '@laurel/domain';
import type { Approvals, EvidenceStore, Packages, Projects, ReleaseNotes, Rollouts } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../../tokens.js';
import { ModelsService } from '../models.service.js';
import { ReleaseNotesService } from '../release-notes.service.js';
import { VersionFactsService } from '../version-facts.service.js';

/** Rollouts read per round trip. */
const windowSize = 200;

type Placed = Awaited<ReturnType<ModelsService['version']>>;

/** Writes cards from the records. */
@Injectable()
export class CardsService {
  constructor(
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(VersionFactsService) private readonly facts: VersionFactsService,
    @Inject(ReleaseNotesService) private readonly generated: ReleaseNotesService,
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.packages) private readonly packages: Pick<Packages, 'verify'>,
    @Inject(tokens.evidence) private readonly evidence: EvidenceStore,
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
    @Inject(tokens.releaseNotes) private readonly notes: ReleaseNotes,
  ) {}

  /** Error: `NotFound`. A package that does not verify is said in the card. */
  async of(model: string, number: number): Promise<ModelCard> {
    const version = await this.models.version(model, number);
    const facts = await this.facts.of(version);
    const project = (await this.projects.find(model)) ?? null;
    const [written] = await this.notes.list(model, number);
    return modelCard({
      ...facts,
      stage: version.stage,
      aliases: version.aliases,
      project,
      package: await this.verified(version),
      evidence: await this.evidence.list({ digest: version.digest }),
      rollouts: await this.rolloutsOf(version, project?.project.spec.serving.endpoint ?? model),
      notes: { written: written ?? null, generated: await this.generated.generated(facts) },
    });
  }

  private async verified({ digest }: Placed): Promise<CardFacts['package']> {
    try {
      const { signedBy, files } = await this.packages.verify(digest);
      return { ok: true, signedBy, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
    } catch (error) {
      if (!isLaurelError(error) || error.retryable) throw error;
      return { ok: false, problem: error.message };
    }
  }

  private async rolloutsOf({ project, version }: Placed, endpoint: string): Promise<readonly CardRollout[]> {
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
        const approvals = await this.approvals.list(id);
        own.push({ id, status, cause, startedAt, endedAt, champion: champion?.version ?? null, approvals });
      }
      token = page.nextToken;
    } while (token !== null);
    return own;
  }
}

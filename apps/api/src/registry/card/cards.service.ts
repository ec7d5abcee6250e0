import { isLaurelError } from '@laurel/contracts';
import { type CardFacts, type Digest, type ModelCard, modelCard } from '@laurel/domain';
import type { Packages, PlacedVersion } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../../tokens.js';
import { ReleaseNotesService } from '../release-notes.service.js';
import { VersionFactsService } from '../version-facts.service.js';
import { VersionHistoryService } from './version-history.service.js';

/** Writes cards from the records. */
@Injectable()
export class CardsService {
  constructor(
    @Inject(VersionFactsService) private readonly facts: VersionFactsService,
    @Inject(VersionHistoryService) private readonly history: VersionHistoryService,
    @Inject(ReleaseNotesService) private readonly notes: ReleaseNotesService,
    @Inject(tokens.packages) private readonly packages: Pick<Packages, 'verify'>,
  ) {}

  /** A package that does not verify is said in the card. Error: `DependencyUnavailable`. */
  async of(version: PlacedVersion): Promise<ModelCard> {
    const facts = await this.facts.of(version);
    return modelCard({
      ...facts,
      ...(await this.history.of(version)),
      stage: version.stage,
      aliases: version.aliases,
      package: await this.verified(version.digest),
      notes: await this.notes.about(facts),
    });
  }

  private async verified(digest: Digest): Promise<CardFacts['package']> {
    try {
      const { signedBy, manifest } = await this.packages.verify(digest);
      const { files } = manifest;
      return { ok: true, signedBy, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
    } catch (error) {
      if (!isLaurelError(error) || error.retryable) throw error;
      return { ok: false, problem: error.message };
    }
  }
}

import { compareVersions, releaseNotes, type VersionFacts } from '@laurel/domain';
import type { Registry, ReleaseNotes } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';
import { ModelsService } from './models.service.js';
import { VersionFactsService } from './version-facts.service.js';

/** What a version changed: as Laurel finds it and as people say it. */
@Injectable()
export class ReleaseNotesService {
  constructor(
    @Inject(tokens.registry) private readonly registry: Registry,
    @Inject(tokens.releaseNotes) private readonly notes: ReleaseNotes,
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(VersionFactsService) private readonly facts: VersionFactsService,
  ) {}

  /** Error: `NotFound`. */
  async of(model: string, version: number) {
    const known = await this.models.version(model, version);
    const notes = await this.about(await this.facts.of(known));
    return { model, version, semver: known.semver, ...notes };
  }

  /** Error: `NotFound`. */
  async write(note: Parameters<ReleaseNotes['write']>[0]) {
    await this.notes.write(note);
    return await this.of(note.project, note.version);
  }

  /** What people wrote, and what changed against the version registered before. */
  async about(facts: VersionFacts) {
    const { version } = facts;
    const history = await this.notes.list(version.project, version.version);
    const before = version.version === 1 ? undefined : await this.registry.find(version.project, version.version - 1);
    const comparison = before === undefined ? null : compareVersions(await this.facts.of(before), facts);
    return { generated: releaseNotes(version, comparison), written: history[0] ?? null, history };
  }
}

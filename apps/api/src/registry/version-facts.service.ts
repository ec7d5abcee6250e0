import { isLaurelError } from '@laurel/contracts';
import type { Digest, EvaluationReport, ModelVersion, VersionFacts } from '@laurel/domain';
import type { Datasets, ObjectStore, RunCircumstances } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';

/** Gathers what is stored about how a version came to be. */
@Injectable()
export class VersionFactsService {
  constructor(
    @Inject(tokens.datasets) private readonly datasets: Datasets,
    @Inject(tokens.circumstances) private readonly circumstances: RunCircumstances,
    @Inject(tokens.objects) private readonly objects: Pick<ObjectStore, 'get'>,
  ) {}

  /** What was not recorded, or is gone from the object store, is `null`. Errors: `PackageTampered`, `DependencyUnavailable`. */
  async of(version: ModelVersion): Promise<VersionFacts> {
    const { dataset, environment } = version.lineage;
    const [stored, circumstances, report, lock] = await Promise.all([
      this.datasets.find(dataset.name, dataset.version),
      this.circumstances.find(version.runId),
      this.text(version.report ?? null),
      this.text(environment),
    ]);
    return {
      version,
      report: report === null ? null : (JSON.parse(report) as EvaluationReport),
      dataset: stored ?? null,
      circumstances: circumstances ?? null,
      lock,
    };
  }

  private async text(digest: Digest | null): Promise<string | null> {
    if (digest === null) return null;
    try {
      return Buffer.from(await this.objects.get(digest)).toString('utf8');
    } catch (error) {
      if (isLaurelError(error) && error.code === 'NotFound') return null;
      throw error;
    }
  }
}

import { type ModelCard, registeredCard } from '@laurel/domain';
import type { ModelRegistry, Tracking } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../../tokens.js';

/** Writes cards of versions that clients of MLflow registered under names that are no projects. */
@Injectable()
export class RegisteredCardsService {
  constructor(
    @Inject(tokens.modelRegistry) private readonly registry: ModelRegistry,
    @Inject(tokens.tracking) private readonly tracking: Tracking,
  ) {}

  /** `undefined` when there is no such version. */
  async find(name: string, number: number): Promise<ModelCard | undefined> {
    const version = await this.registry.findVersion({ name, version: number });
    const model = version && (await this.registry.findModel(name));
    if (version === undefined || model === undefined) return undefined;
    const run = version.runId === null ? undefined : await this.tracking.findRun(version.runId);
    return registeredCard({ model, version, run: run ?? null });
  }
}

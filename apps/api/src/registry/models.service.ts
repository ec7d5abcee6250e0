import type { ModelVersion, Stage } from '@laurel/domain';
import type { Registry } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Versions read per round trip while looking for one. */
const windowSize = 200;

/** A version with what points at it. */
export type PlacedVersion = ModelVersion & { readonly stage: Stage; readonly aliases: readonly string[] };

/** Versions with what points at them. */
@Injectable()
export class ModelsService {
  constructor(@Inject(tokens.registry) private readonly registry: Registry) {}

  /** One version with its stage and aliases, which only lists carry. Error: `NotFound`. */
  async version(model: string, version: number): Promise<PlacedVersion> {
    let token: string | null = null;
    let placed: PlacedVersion | undefined;
    do {
      const page: Awaited<ReturnType<Registry['list']>> = await this.registry.list(model, { size: windowSize, token });
      placed = page.items.find((item) => item.version === version);
      token = page.nextToken;
    } while (placed === undefined && token !== null);
    return found(placed, `version ${version} of model "${model}"`);
  }
}

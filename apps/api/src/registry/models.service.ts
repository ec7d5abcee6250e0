import type { PlacedVersion, Registry } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Versions with what points at them. */
@Injectable()
export class ModelsService {
  constructor(@Inject(tokens.registry) private readonly registry: Registry) {}

  find(model: string, version: number): Promise<PlacedVersion | undefined> {
    return this.registry.find(model, version);
  }

  /** Error: `NotFound`. */
  async version(model: string, version: number): Promise<PlacedVersion> {
    return found(await this.find(model, version), `version ${version} of model "${model}"`, listThem.versions(model));
  }
}

import { LaurelError } from '@laurel/contracts';
import { type ComparisonQuery, comparisonQuery, nameParameter, versionComparison } from '@laurel/contracts/schemas';
import { compareVersions } from '@laurel/domain';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from '../http/route.js';
import { ModelsService } from './models.service.js';
import { VersionFactsService } from './version-facts.service.js';

@ApiTags('models')
@Controller('api/v1/models/:model/comparison')
export class ComparisonsController {
  constructor(
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(VersionFactsService) private readonly facts: VersionFactsService,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'Compare two versions of a model', answer: versionComparison })
  async compare(
    @Param('model', { schema: nameParameter }) model: string,
    @Query({ schema: comparisonQuery }) { from, to }: ComparisonQuery,
  ) {
    if (from === to) {
      throw new LaurelError('InvalidInput', `Version ${from} of "${model}" is the same as itself; name two versions.`);
    }
    const was = await this.models.version(model, from);
    const is = await this.models.version(model, to);
    return compareVersions(await this.facts.of(was), await this.facts.of(is));
  }
}

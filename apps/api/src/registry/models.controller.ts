import {
  listOf,
  modelSummary,
  nameParameter,
  numberParameter,
  type PageQuery,
  pageOf,
  pageQuery,
  versionView,
} from '@laurel/contracts/schemas';
import type { Registry } from '@laurel/ports';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { found, listThem } from '../http/found.js';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { ModelsService } from './models.service.js';

@ApiTags('models')
@Controller('api/v1/models')
export class ModelsController {
  constructor(
    @Inject(tokens.registry) private readonly registry: Registry,
    @Inject(ModelsService) private readonly service: ModelsService,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'List models', answer: listOf(modelSummary) })
  async list() {
    return { items: await this.registry.models() };
  }

  @Get(':model')
  @Route({ allow: 'viewer', summary: 'Show a model', answer: modelSummary })
  async find(@Param('model', { schema: nameParameter }) model: string) {
    const models = await this.registry.models();
    return found(
      models.find(({ project }) => project === model),
      `model "${model}"`,
      listThem.models,
    );
  }

  @Get(':model/versions')
  @Route({ allow: 'viewer', summary: 'List the versions of a model', answer: pageOf(versionView) })
  async versions(
    @Param('model', { schema: nameParameter }) model: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return pageAnswer(await this.registry.list(model, pageRequest(query)), asIs);
  }

  @Get(':model/versions/:version')
  @Route({ allow: 'viewer', summary: 'Show a version', answer: versionView })
  version(
    @Param('model', { schema: nameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
  ) {
    return this.service.version(model, version);
  }
}

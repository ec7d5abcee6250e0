import {
  datasetSummary,
  datasetView,
  numberParameter,
  type PageQuery,
  pageOf,
  pageQuery,
} from '@laurel/contracts/schemas';
import type { DatasetVersion } from '@laurel/domain';
import type { Datasets } from '@laurel/ports';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { found } from '../http/found.js';
import { pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('datasets')
@Controller('api/v1/datasets')
export class DatasetsController {
  constructor(@Inject(tokens.datasets) private readonly datasets: Datasets) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'List dataset versions', answer: pageOf(datasetSummary) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.datasets.list(pageRequest(query)), summaryOf);
  }

  @Get(':dataset/versions/:version')
  @Route({ allow: 'viewer', summary: 'Show a dataset version with its schema and statistics', answer: datasetView })
  async find(@Param('dataset') dataset: string, @Param('version', { schema: numberParameter }) version: number) {
    return found(await this.datasets.find(dataset, version), `version ${version} of dataset "${dataset}"`);
  }
}

function summaryOf({ dataset, version, digest, rows, schema, source, createdAt }: DatasetVersion) {
  return { dataset, version, digest, rows, columns: schema.columns.length, source, createdAt };
}

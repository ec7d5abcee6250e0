import {
  type ContentQuery,
  contentQuery,
  type DiffQuery,
  datasetDiff,
  datasetSummary,
  datasetView,
  diffQuery,
  numberParameter,
  type PageQuery,
  pageOf,
  pageQuery,
} from '@laurel/contracts/schemas';
import type { DatasetVersion } from '@laurel/domain';
import type { Datasets } from '@laurel/ports';
import { Controller, Get, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { found, listThem } from '../http/found.js';
import { pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { DatasetsService } from './datasets.service.js';

@ApiTags('datasets')
@Controller('api/v1/datasets')
export class DatasetsController {
  constructor(
    @Inject(tokens.datasets) private readonly datasets: Datasets,
    private readonly service: DatasetsService,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'List dataset versions', answer: pageOf(datasetSummary) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.datasets.list(pageRequest(query)), summaryOf);
  }

  @Get(':dataset/versions/:version')
  @Route({ allow: 'viewer', summary: 'Show a dataset version with its schema and statistics', answer: datasetView })
  async find(@Param('dataset') dataset: string, @Param('version', { schema: numberParameter }) version: number) {
    return this.service.find(dataset, version);
  }

  @Get(':dataset')
  @Route({ allow: 'viewer', summary: 'Show the newest version of a dataset', answer: datasetView })
  async latest(@Param('dataset') dataset: string) {
    return found(await this.datasets.latest(dataset), `dataset "${dataset}"`, listThem.datasets);
  }

  @Get(':dataset/versions/:version/content')
  @Route({
    allow: 'viewer',
    summary: 'Read a dataset version: the file as it was taken in, or its rows as Parquet',
    media: 'application/octet-stream',
  })
  async content(
    @Param('dataset') dataset: string,
    @Param('version', { schema: numberParameter }) version: number,
    @Query({ schema: contentQuery }) query: ContentQuery,
  ) {
    const { stream, size, name } = await this.service.content(dataset, version, query);
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
    return new StreamableFile(stream, { type: 'application/octet-stream', length: size, disposition });
  }

  @Get(':dataset/diff')
  @Route({ allow: 'viewer', summary: 'Compare two versions of a dataset', answer: datasetDiff })
  async diff(@Param('dataset') dataset: string, @Query({ schema: diffQuery }) query: DiffQuery) {
    return this.service.diff(dataset, query);
  }
}

function summaryOf({ dataset, version, digest, rows, schema, source, createdAt }: DatasetVersion) {
  return { dataset, version, digest, rows, columns: schema.columns.length, source, createdAt };
}

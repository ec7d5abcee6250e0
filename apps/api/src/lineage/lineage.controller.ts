import {
  lineageView,
  nameParameter,
  numberParameter,
  predictionIdParameter,
  runIdParameter,
} from '@laurel/contracts/schemas';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from '../http/route.js';
import { LineageService } from './lineage.service.js';

@ApiTags('lineage')
@Controller('api/v1/lineage')
export class LineageController {
  constructor(@Inject(LineageService) private readonly service: LineageService) {}

  @Get('predictions/:prediction')
  @Route({ allow: 'viewer', summary: 'Trace a prediction to its data, code and approvals', answer: lineageView })
  prediction(@Param('prediction', { schema: predictionIdParameter }) id: string) {
    return this.service.trace({ kind: 'prediction', id });
  }

  @Get('versions/:model/:version')
  @Route({ allow: 'viewer', summary: 'Trace a version', answer: lineageView })
  version(
    @Param('model', { schema: nameParameter }) project: string,
    @Param('version', { schema: numberParameter }) version: number,
  ) {
    return this.service.trace({ kind: 'version', project, version });
  }

  @Get('runs/:run')
  @Route({ allow: 'viewer', summary: 'Trace a run', answer: lineageView })
  run(@Param('run', { schema: runIdParameter }) runId: string) {
    return this.service.trace({ kind: 'run', runId });
  }

  @Get('datasets/:dataset/:version')
  @Route({ allow: 'viewer', summary: 'Trace what was trained on a dataset version', answer: lineageView })
  dataset(
    @Param('dataset', { schema: nameParameter }) dataset: string,
    @Param('version', { schema: numberParameter }) version: number,
  ) {
    return this.service.trace({ kind: 'dataset', dataset, version });
  }
}

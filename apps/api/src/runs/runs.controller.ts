import {
  nameParameter,
  type PageQuery,
  pageOf,
  pageQuery,
  runAccepted,
  runIdParameter,
  runView,
  type TriggerRunBody,
  triggerRunBody,
} from '@laurel/contracts/schemas';
import type { ApiKey, Runs } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../http/caller.decorator.js';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { CancellingService } from './cancelling.service.js';
import { findRun } from './find-run.js';
import { TrainingService } from './training.service.js';
import { TrainingRequests } from './training-requests.js';

@ApiTags('runs')
@Controller('api/v1')
export class RunsController {
  constructor(
    @Inject(TrainingRequests) private readonly requests: TrainingRequests,
    @Inject(TrainingService) private readonly training: TrainingService,
    @Inject(CancellingService) private readonly cancelling: CancellingService,
    @Inject(tokens.runs) private readonly runs: Runs,
  ) {}

  @Post('projects/:project/runs')
  @Route({ allow: 'operator', summary: 'Train a project', status: 202, answer: runAccepted, keyed: true })
  async trigger(
    @Param('project', { schema: nameParameter }) project: string,
    @Body({ schema: triggerRunBody }) body: TriggerRunBody,
    @Caller() caller: ApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = await this.requests.read(project, body, caller.name);
    const accepted = await this.training.trigger(project, request, body.key);
    void reply.header('location', `/api/v1/runs/${accepted.runId}`);
    return accepted;
  }

  @Get('projects/:project/runs')
  @Route({ allow: 'viewer', summary: 'List the runs of a project', answer: pageOf(runView) })
  async listOfProject(
    @Param('project', { schema: nameParameter }) project: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return pageAnswer(await this.runs.list(project, pageRequest(query)), asIs);
  }

  @Get('runs')
  @Route({ allow: 'viewer', summary: 'List all runs', answer: pageOf(runView) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.runs.list(null, pageRequest(query)), asIs);
  }

  @Get('runs/:run')
  @Route({ allow: 'viewer', summary: 'Show a run', answer: runView })
  find(@Param('run', { schema: runIdParameter }) run: string) {
    return findRun(this.runs, run);
  }

  @Post('runs/:run/cancel')
  @Route({ allow: 'operator', summary: 'Stop a run', status: 202, answer: runView, keyed: true })
  cancel(@Param('run', { schema: runIdParameter }) run: string, @Caller() caller: ApiKey) {
    return this.cancelling.cancel(run, caller.name);
  }
}

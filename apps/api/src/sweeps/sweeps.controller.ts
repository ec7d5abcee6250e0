import {
  listOf,
  nameParameter,
  type PageQuery,
  pageOf,
  pageQuery,
  runIdParameter,
  type StartSweepBody,
  startSweepBody,
  sweepAccepted,
  sweepResults,
  sweepView,
  trialParameter,
  trialView,
} from '@laurel/contracts/schemas';
import type { ApiKey, Sweeps } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../http/caller.decorator.js';
import { pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { SweepsService, toSweepView } from './sweeps.service.js';

@ApiTags('sweeps')
@Controller('api/v1')
export class SweepsController {
  constructor(
    @Inject(SweepsService) private readonly service: SweepsService,
    @Inject(tokens.sweeps) private readonly sweeps: Sweeps,
  ) {}

  @Post('projects/:project/sweeps')
  @Route({
    allow: 'operator',
    summary: 'Search over the parameters of a project',
    status: 202,
    answer: sweepAccepted,
    keyed: true,
  })
  async start(
    @Param('project', { schema: nameParameter }) project: string,
    @Body({ schema: startSweepBody }) body: StartSweepBody,
    @Caller() caller: ApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accepted = await this.service.start(project, body, caller.name);
    void reply.header('location', `/api/v1/sweeps/${accepted.runId}`);
    return accepted;
  }

  @Get('projects/:project/sweeps')
  @Route({ allow: 'viewer', summary: 'List the sweeps of a project', answer: pageOf(sweepView) })
  async listOfProject(
    @Param('project', { schema: nameParameter }) project: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return pageAnswer(await this.sweeps.list(project, pageRequest(query)), toSweepView);
  }

  @Get('sweeps')
  @Route({ allow: 'viewer', summary: 'List all sweeps', answer: pageOf(sweepView) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.sweeps.list(null, pageRequest(query)), toSweepView);
  }

  @Get('sweeps/:run')
  @Route({ allow: 'viewer', summary: 'Show what a sweep has found', answer: sweepResults })
  results(@Param('run', { schema: runIdParameter }) run: string) {
    return this.service.results(run);
  }

  @Get('sweeps/:run/trials')
  @Route({ allow: 'viewer', summary: 'List the trials of a sweep', answer: listOf(trialView) })
  async trials(@Param('run', { schema: runIdParameter }) run: string) {
    return { items: await this.service.trials(run) };
  }

  @Post('sweeps/:run/cancel')
  @Route({ allow: 'operator', summary: 'Stop a sweep and its trials', status: 202, answer: sweepView, keyed: true })
  cancel(@Param('run', { schema: runIdParameter }) run: string, @Caller() caller: ApiKey) {
    return this.service.cancel(run, caller.name);
  }

  @Post('sweeps/:run/trials/:number/stop')
  @Route({ allow: 'operator', summary: 'Stop one trial early', status: 202, answer: trialView, keyed: true })
  stopTrial(
    @Param('run', { schema: runIdParameter }) run: string,
    @Param('number', { schema: trialParameter }) number: number,
    @Caller() caller: ApiKey,
  ) {
    return this.service.stopTrial(run, number, caller.name);
  }
}

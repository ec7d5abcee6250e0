import { projectRunAccepted, type RunProjectBody, runProjectBody } from '@laurel/contracts/schemas';
import type { ApiKey } from '@laurel/ports';
import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../http/caller.decorator.js';
import { Route } from '../http/route.js';
import { ProjectRunsService } from './project-runs.service.js';

@ApiTags('runs')
@Controller('api/v1/project-runs')
export class ProjectRunsController {
  constructor(@Inject(ProjectRunsService) private readonly service: ProjectRunsService) {}

  @Post()
  @Route({
    allow: 'operator',
    summary: 'Run an MLproject folder',
    status: 202,
    answer: projectRunAccepted,
    keyed: true,
  })
  async start(
    @Body({ schema: runProjectBody }) body: RunProjectBody,
    @Caller() caller: ApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accepted = await this.service.start(body, caller.name);
    void reply.header('location', `/api/v1/runs/${accepted.runId}`);
    return accepted;
  }
}

import {
  type ApplyProjectBody,
  appliedProject,
  applyProjectBody,
  nameParameter,
  type PageQuery,
  pageOf,
  pageQuery,
  projectSummary,
  projectView,
} from '@laurel/contracts/schemas';
import type { ApiKey, Projects } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../http/caller.decorator.js';
import { found, listThem } from '../http/found.js';
import { pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { ProjectsService, projectSummaryOf, projectViewOf } from './projects.service.js';

@ApiTags('projects')
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(
    @Inject(ProjectsService) private readonly service: ProjectsService,
    @Inject(tokens.projects) private readonly projects: Projects,
  ) {}

  @Post()
  @Route({ allow: 'operator', summary: 'Apply a project file', answer: appliedProject, keyed: true })
  async apply(
    @Body({ schema: applyProjectBody }) body: ApplyProjectBody,
    @Caller() caller: ApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { stored, notices } = await this.service.apply(body, caller.name);
    const view = projectViewOf(stored);
    void reply.header('location', `/api/v1/projects/${view.name}`);
    return { ...view, notices };
  }

  @Get()
  @Route({ allow: 'viewer', summary: 'List projects', answer: pageOf(projectSummary) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.projects.list(pageRequest(query)), projectSummaryOf);
  }

  @Get(':project')
  @Route({ allow: 'viewer', summary: 'Show a project', answer: projectView })
  async find(@Param('project', { schema: nameParameter }) project: string) {
    return projectViewOf(found(await this.projects.find(project), `project "${project}"`, listThem.projects));
  }
}

import {
  cleared,
  endpointView,
  listOf,
  nameParameter,
  rollBackBody,
  rolledBack,
  splitHistoryItem,
  splitHistoryQuery,
  splitView,
  trafficPoint,
  trafficQuery,
} from '@laurel/contracts/schemas';
import type { ApiKey, Observations, Routing } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { found } from '../http/found.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { EndpointsService } from './endpoints.service.js';

/** Length of the traffic series when the caller names no start. */
const recentMilliseconds = 600_000;

@ApiTags('endpoints')
@Controller('api/v1/endpoints')
export class EndpointsController {
  constructor(
    @Inject(EndpointsService) private readonly service: EndpointsService,
    @Inject(tokens.routing) private readonly routing: Routing,
    @Inject(tokens.observations) private readonly observations: Observations,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'List endpoints', answer: listOf(endpointView) })
  async list() {
    return { items: await this.routing.endpoints() };
  }

  @Get(':endpoint')
  @Route({ allow: 'viewer', summary: 'Show an endpoint', answer: endpointView })
  find(@Param('endpoint', { schema: nameParameter }) endpoint: string) {
    return this.service.find(endpoint);
  }

  @Get(':endpoint/split')
  @Route({ allow: 'viewer', summary: 'Show who gets which share of the traffic', answer: splitView })
  async split(@Param('endpoint', { schema: nameParameter }) endpoint: string) {
    return found(
      await this.routing.current(endpoint),
      `split of endpoint "${endpoint}", which never served`,
      'roll a version out',
    );
  }

  @Get(':endpoint/splits')
  @Route({ allow: 'viewer', summary: 'Show earlier splits, newest first', answer: listOf(splitHistoryItem) })
  async splits(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Query({ schema: splitHistoryQuery }) query: { readonly limit: number },
  ) {
    await this.service.find(endpoint);
    return { items: await this.routing.history(endpoint, query.limit) };
  }

  @Get(':endpoint/traffic')
  @Route({ allow: 'viewer', summary: 'Show requests and errors per second and arm', answer: listOf(trafficPoint) })
  async traffic(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Query({ schema: trafficQuery }) query: { readonly since?: string | undefined },
  ) {
    await this.service.find(endpoint);
    const since = query.since ?? new Date(Date.now() - recentMilliseconds).toISOString();
    return { items: await this.observations.trafficSeries(endpoint, since) };
  }

  @Post(':endpoint/rollback')
  @Route({ allow: 'operator', summary: 'Return to the champion before', answer: rolledBack, keyed: true })
  rollBack(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Body({ schema: rollBackBody }) body: { readonly reason: string },
    @Caller() caller: ApiKey,
  ) {
    return this.service.rollBack(endpoint, { by: caller.name, reason: body.reason });
  }

  @Post(':endpoint/clear')
  @Route({ allow: 'operator', summary: 'Allow rollouts again after a failed undo', answer: cleared, keyed: true })
  clear(@Param('endpoint', { schema: nameParameter }) endpoint: string, @Caller() caller: ApiKey) {
    return this.service.clear(endpoint, caller.name);
  }
}

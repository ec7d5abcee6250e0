import { rolloutId } from '@laurel/contracts';
import {
  nameParameter,
  numberParameter,
  type PageQuery,
  pageOf,
  pageQuery,
  type RolloutOrderBody,
  type RolloutOrderPath,
  rolloutAccepted,
  rolloutOrderBody,
  rolloutOrdered,
  rolloutOrderParameter,
  rolloutOrderPath,
  rolloutTargetParameter,
  rolloutView,
  startRolloutBody,
} from '@laurel/contracts/schemas';
import type { ApiKey, Rollouts } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../http/caller.decorator.js';
import { found, listThem } from '../http/found.js';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { RolloutOrdersService } from './rollout-orders.service.js';
import { RolloutStartsService } from './rollout-starts.service.js';

@ApiTags('rollouts')
@Controller('api/v1')
export class RolloutsController {
  constructor(
    @Inject(RolloutStartsService) private readonly starts: RolloutStartsService,
    @Inject(RolloutOrdersService) private readonly orders: RolloutOrdersService,
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
  ) {}

  @Get('rollouts')
  @Route({ allow: 'viewer', summary: 'List all rollouts', answer: pageOf(rolloutView) })
  async listAll(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.rollouts.list(null, pageRequest(query)), asIs);
  }

  @Get('endpoints/:endpoint/rollouts')
  @Route({ allow: 'viewer', summary: 'List the rollouts of an endpoint', answer: pageOf(rolloutView) })
  async list(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return pageAnswer(await this.rollouts.list(endpoint, pageRequest(query)), asIs);
  }

  @Post('endpoints/:endpoint/rollouts')
  @Route({ allow: 'operator', summary: 'Roll a version out', status: 202, answer: rolloutAccepted, keyed: true })
  async start(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Body({ schema: startRolloutBody }) body: { readonly version: number },
    @Caller() caller: ApiKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accepted = await this.starts.start(endpoint, body.version, caller.name);
    void reply.header('location', `/api/v1/endpoints/${endpoint}/rollouts/${accepted.incarnation}`);
    return accepted;
  }

  @Get('endpoints/:endpoint/rollouts/:incarnation')
  @Route({ allow: 'viewer', summary: 'Show a rollout', answer: rolloutView })
  async find(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Param('incarnation', { schema: numberParameter }) incarnation: number,
  ) {
    const id = rolloutId(endpoint, incarnation);
    return found(await this.rollouts.find(id), `rollout ${id}`, listThem.rollouts);
  }

  @Post('endpoints/:endpoint/rollouts/:incarnation/:order')
  @Route({ allow: 'operator', summary: 'Give a rollout an order', status: 202, answer: rolloutOrdered, keyed: true })
  order(
    @Param({ schema: rolloutOrderPath }) { endpoint, incarnation, order }: RolloutOrderPath,
    @Body({ schema: rolloutOrderBody }) body: RolloutOrderBody,
    @Caller() caller: ApiKey,
  ) {
    return this.orders.order({ endpoint, incarnation }, { kind: order, caller, reason: body.reason });
  }

  @Post('endpoints/:endpoint/rollouts/:target')
  @Route({
    allow: 'operator',
    summary: 'Give a rollout an order, as a custom method',
    status: 202,
    answer: rolloutOrdered,
    keyed: true,
  })
  orderAtOnce(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Param('target', { schema: rolloutTargetParameter }) target: string,
    @Body({ schema: rolloutOrderBody }) body: RolloutOrderBody,
    @Caller() caller: ApiKey,
  ) {
    const [incarnation, order] = target.split(':');
    const kind = rolloutOrderParameter.parse(order);
    return this.orders.order({ endpoint, incarnation: Number(incarnation) }, { kind, caller, reason: body.reason });
  }
}

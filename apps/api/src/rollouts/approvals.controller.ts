import {
  type ApproveBody,
  approvalGranted,
  approvalsQuery,
  approvalView,
  approveBody,
  listOf,
  promotionStanding,
} from '@laurel/contracts/schemas';
import { refusalText } from '@laurel/domain';
import type { ApiKey, Approvals, Rollouts } from '@laurel/ports';
import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { found, listThem } from '../http/found.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { RolloutOrdersService } from './rollout-orders.service.js';

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(
    @Inject(RolloutOrdersService) private readonly service: RolloutOrdersService,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
  ) {}

  @Post()
  @Route({
    allow: 'approver',
    summary: 'Approve or reject a rollout',
    status: 201,
    answer: approvalGranted,
    keyed: true,
  })
  decide(@Body({ schema: approveBody }) body: ApproveBody, @Caller() caller: ApiKey) {
    return this.service.decide(body, caller);
  }

  @Get()
  @Route({ allow: 'viewer', summary: 'List the decisions about a rollout', answer: listOf(approvalView) })
  async list(@Query({ schema: approvalsQuery }) query: { readonly rollout: string }) {
    found(await this.rollouts.find(query.rollout), `rollout ${query.rollout}`, listThem.rollouts);
    return { items: await this.approvals.list(query.rollout) };
  }

  @Get('standing')
  @Route({
    allow: 'viewer',
    summary: 'Show whether a rollout may promote now, and what is missing',
    answer: promotionStanding,
  })
  async standing(@Query({ schema: approvalsQuery }) query: { readonly rollout: string }) {
    const standing = await this.approvals.standing(query.rollout);
    return { ...standing, missing: standing.may ? null : refusalText(standing) };
  }
}

import { approvalGranted, approvalsQuery, approvalView, approveBody, listOf } from '@laurel/contracts/schemas';
import type { ApiKey, Approvals } from '@laurel/ports';
import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { RolloutOrdersService } from './rollout-orders.service.js';

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(
    @Inject(RolloutOrdersService) private readonly service: RolloutOrdersService,
    @Inject(tokens.approvals) private readonly approvals: Approvals,
  ) {}

  @Post()
  @Route({ allow: 'approver', summary: 'Approve a rollout', status: 201, answer: approvalGranted, keyed: true })
  approve(@Body({ schema: approveBody }) body: { readonly rollout: string }, @Caller() caller: ApiKey) {
    return this.service.approve(body.rollout, caller.name);
  }

  @Get()
  @Route({ allow: 'viewer', summary: 'List the approvals of a rollout', answer: listOf(approvalView) })
  async list(@Query({ schema: approvalsQuery }) query: { readonly rollout: string }) {
    return { items: await this.approvals.list(query.rollout) };
  }
}

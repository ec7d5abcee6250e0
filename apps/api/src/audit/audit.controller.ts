import { auditEvent, auditVerification, type PageQuery, pageOf, pageQuery } from '@laurel/contracts/schemas';
import type { Audit } from '@laurel/ports';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(tokens.audit) private readonly audit: Audit) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'Show who did what, newest first', answer: pageOf(auditEvent) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.audit.list(pageRequest(query)), asIs);
  }

  @Get('verify')
  @Route({ allow: 'viewer', summary: 'Recompute the chain of the audit log', answer: auditVerification })
  async verify() {
    const { events, firstBroken } = await this.audit.verify();
    return { events, intact: firstBroken === null, firstBroken };
  }
}

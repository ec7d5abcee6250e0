import {
  auditEvent,
  auditExportQuery,
  auditVerification,
  type PageQuery,
  pageOf,
  pageQuery,
} from '@laurel/contracts/schemas';
import type { Audit, AuditAnchors } from '@laurel/ports';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { exportedLines } from './export.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(tokens.audit) private readonly audit: Audit,
    @Inject(tokens.auditWitness) private readonly outside: Pick<AuditAnchors, 'read'>,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'Show who did what, newest first', answer: pageOf(auditEvent) })
  async list(@Query({ schema: pageQuery }) query: PageQuery) {
    return pageAnswer(await this.audit.list(pageRequest(query)), asIs);
  }

  @Get('verify')
  @Route({
    allow: 'viewer',
    summary: 'Recompute the chain of the audit log and compare it with its anchors',
    answer: auditVerification,
  })
  async verify() {
    const witness = await this.outside.read();
    const { firstBroken, ...verified } = await this.audit.verify(witness);
    const last = witness.anchors.at(-1);
    return {
      ...verified,
      intact: firstBroken === null && witness.problems.length === 0,
      firstBroken,
      anchors: witness.anchors.length,
      anchoredThrough: last?.events ?? 0,
      anchoredAt: last?.at ?? null,
      removedThrough: witness.checkpoint?.events ?? 0,
      problems: witness.problems.slice(0, 20),
    };
  }

  @Get('export')
  @Route({
    allow: 'viewer',
    summary: 'Read the whole audit log, oldest first, as JSON lines or CSV',
    media: 'application/x-ndjson',
  })
  export(
    @Query({ schema: auditExportQuery }) query: { readonly format: 'jsonl' | 'csv'; readonly after: number },
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const type = query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8';
    void reply.headers({
      'content-type': type,
      'content-disposition': `attachment; filename="laurel-audit.${query.format}"`,
      'x-content-type-options': 'nosniff',
    });
    return exportedLines(this.audit, query);
  }
}

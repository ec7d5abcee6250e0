import {
  attemptView,
  metricsQuery,
  type PageQuery,
  pageOf,
  pageQuery,
  runIdParameter,
  runLog,
  runLogQuery,
  runMetrics,
} from '@laurel/contracts/schemas';
import { endRules } from '@laurel/domain';
import type { RunAttempt, Runs, TrainingRecords } from '@laurel/ports';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import type { TrainerLogs } from '../ports.js';
import { tokens } from '../tokens.js';
import { findRun } from './find-run.js';

/** What the trainer of a run does and says. */
@ApiTags('runs')
@Controller('api/v1/runs/:run')
export class TrainersController {
  constructor(
    @Inject(tokens.runs) private readonly runs: Runs,
    @Inject(tokens.trainingRecords) private readonly records: TrainingRecords,
    @Inject(tokens.trainerLogs) private readonly logs: TrainerLogs,
  ) {}

  @Get('attempts')
  @Route({ allow: 'viewer', summary: 'List the starts of its trainer', answer: pageOf(attemptView) })
  async attempts(
    @Param('run', { schema: runIdParameter }) run: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    const { runId } = await findRun(this.runs, run);
    return pageAnswer(await this.records.listAttempts(runId, pageRequest(query)), withAdvice);
  }

  @Get('metrics')
  @Route({ allow: 'viewer', summary: 'Show the numbers its trainer reported', answer: runMetrics })
  async metrics(
    @Param('run', { schema: runIdParameter }) run: string,
    @Query({ schema: metricsQuery }) query: { readonly name?: string; readonly limit: number },
  ) {
    const { runId } = await findRun(this.runs, run);
    const { name = null, limit } = query;
    return { runId, items: await this.records.listMetrics(runId, { name, limit }) };
  }

  @Get('log')
  @Route({ allow: 'viewer', summary: 'Show the last lines a trainer wrote', answer: runLog })
  async log(
    @Param('run', { schema: runIdParameter }) run: string,
    @Query({ schema: runLogQuery }) query: { readonly lines: number },
  ) {
    const { project, runId } = await findRun(this.runs, run);
    return { runId, lines: await this.logs.log(`${project}-${runId}`, query.lines) };
  }
}

function withAdvice(attempt: RunAttempt) {
  const { cause } = attempt;
  const known = cause === null || cause === 'done' || cause === 'stopped' ? null : cause;
  return { ...attempt, advice: known === null ? null : endRules[known].advice };
}

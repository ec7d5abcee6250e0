import { circumstancesView, runIdParameter } from '@laurel/contracts/schemas';
import type { RunCircumstances } from '@laurel/ports';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { found } from '../http/found.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('runs')
@Controller('api/v1')
export class CircumstancesController {
  constructor(@Inject(tokens.circumstances) private readonly circumstances: RunCircumstances) {}

  @Get('runs/:run/circumstances')
  @Route({ allow: 'viewer', summary: 'Show what the model of a run depended on', answer: circumstancesView })
  async find(@Param('run', { schema: runIdParameter }) run: string) {
    const next = 'only runs that reached their training have one; see laurel get runs';
    const record = found(await this.circumstances.find(run), `record of what run ${run} depended on`, next);
    return { runId: run, ...record };
  }
}

import { rolloutId } from '@laurel/contracts';
import { evidenceView, listOf, nameParameter, numberParameter, rolloutOutcome } from '@laurel/contracts/schemas';
import { explainRollout } from '@laurel/domain';
import type { EvidenceStore, Rollouts } from '@laurel/ports';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { found, listThem } from '../http/found.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('evidence')
@Controller('api/v1')
export class EvidenceController {
  constructor(
    @Inject(tokens.evidence) private readonly evidence: EvidenceStore,
    @Inject(tokens.rollouts) private readonly rollouts: Rollouts,
  ) {}

  @Get('rollouts/:endpoint/:incarnation/evidence')
  @Route({ allow: 'viewer', summary: 'Show everything a rollout was decided on', answer: listOf(evidenceView) })
  async ofRollout(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Param('incarnation', { schema: numberParameter }) incarnation: number,
  ) {
    const id = rolloutId(endpoint, incarnation);
    found(await this.rollouts.find(id), `rollout ${id}`, listThem.rollouts);
    return { items: await this.evidence.list({ rollout: id }) };
  }

  @Get('rollouts/:endpoint/:incarnation/outcome')
  @Route({ allow: 'viewer', summary: 'Explain why a rollout ended, or stands, as it does', answer: rolloutOutcome })
  async outcome(
    @Param('endpoint', { schema: nameParameter }) endpoint: string,
    @Param('incarnation', { schema: numberParameter }) incarnation: number,
  ) {
    const id = rolloutId(endpoint, incarnation);
    const rollout = found(await this.rollouts.find(id), `rollout ${id}`, listThem.rollouts);
    return explainRollout(rollout, await this.evidence.list({ rollout: id }));
  }

  @Get('evidence/:evidence')
  @Route({ allow: 'viewer', summary: 'Show a piece of evidence', answer: evidenceView })
  async find(@Param('evidence') id: string) {
    return found(await this.evidence.find(id), `evidence "${id}"`, 'read the evidence of its rollout');
  }
}

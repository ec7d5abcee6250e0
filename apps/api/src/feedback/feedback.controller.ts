import { type FeedbackBody, feedbackBody, feedbackCounts } from '@laurel/contracts/schemas';
import type { Observations } from '@laurel/ports';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('feedback')
@Controller('api/v1/feedback')
export class FeedbackController {
  constructor(@Inject(tokens.observations) private readonly observations: Observations) {}

  @Post()
  @Route({ allow: 'operator', summary: 'Tell the truth about predictions', answer: feedbackCounts, keyed: true })
  add(@Body({ schema: feedbackBody }) body: FeedbackBody) {
    const now = new Date().toISOString();
    const items = 'items' in body ? body.items : [body];
    return this.observations.addFeedback(
      items.map(({ predictionId, label, value, at, source }) => ({
        predictionId,
        truth: label ?? value ?? null,
        at: at === undefined ? now : new Date(at).toISOString(),
        source,
      })),
    );
  }
}

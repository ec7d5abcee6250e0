import { LaurelError } from '@laurel/contracts';
import {
  listOf,
  type PageQuery,
  pageOf,
  pageQuery,
  type RedeliverBody,
  type RegisterWebhookBody,
  redeliverBody,
  registerWebhookBody,
  webhookDeliveryView,
  webhookParameter,
  webhookRedelivered,
  webhookTested,
  webhookView,
} from '@laurel/contracts/schemas';
import type { ApiKey, Seal, WebhookSender, Webhooks } from '@laurel/ports';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { asIs, pageAnswer, pageRequest } from '../http/paging.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

/** Receivers of events. The secret comes in and never goes out. */
@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(tokens.webhooks) private readonly webhooks: Webhooks,
    @Inject(tokens.webhookAddresses) private readonly addresses: Pick<WebhookSender, 'problem'>,
    @Inject(tokens.seal) private readonly seal: Pick<Seal, 'seal'>,
  ) {}

  @Get()
  @Route({ allow: 'admin', summary: 'List the receivers of events', answer: listOf(webhookView) })
  async list() {
    return { items: await this.webhooks.list() };
  }

  @Post()
  @Route({ allow: 'admin', summary: 'Register a receiver of events', status: 201, answer: webhookView, keyed: true })
  async register(@Body({ schema: registerWebhookBody }) body: RegisterWebhookBody, @Caller() caller: ApiKey) {
    const { url, topics, secret } = body;
    const message = this.addresses.problem(url);
    if (message !== undefined) {
      throw new LaurelError('InvalidInput', `The address of the receiver ${message}.`, {
        details: [{ path: 'url', message }],
      });
    }
    return this.webhooks.register({ url, topics, sealedSecret: this.seal.seal(secret), by: caller.name });
  }

  @Delete(':webhook')
  @Route({ allow: 'admin', summary: 'Remove a receiver of events', status: 204 })
  async remove(@Param('webhook', { schema: webhookParameter }) id: string, @Caller() caller: ApiKey): Promise<void> {
    await this.webhooks.remove(id, caller.name);
  }

  @Get(':webhook/deliveries')
  @Route({ allow: 'admin', summary: 'List what was sent to a receiver', answer: pageOf(webhookDeliveryView) })
  async deliveries(
    @Param('webhook', { schema: webhookParameter }) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return pageAnswer(await this.webhooks.deliveries(id, pageRequest(query)), asIs);
  }

  @Post(':webhook/redeliver')
  @Route({
    allow: 'admin',
    summary: 'Send a receiver an event again, or all that were given up',
    status: 202,
    answer: webhookRedelivered,
    keyed: true,
  })
  redeliver(
    @Param('webhook', { schema: webhookParameter }) webhook: string,
    @Body({ schema: redeliverBody }) { event }: RedeliverBody,
    @Caller() caller: ApiKey,
  ) {
    return this.webhooks.redeliver({ webhook, event: event ?? null, by: caller.name });
  }

  @Post(':webhook/test')
  @Route({ allow: 'admin', summary: 'Send a receiver a test event', status: 202, answer: webhookTested, keyed: true })
  test(@Param('webhook', { schema: webhookParameter }) id: string, @Caller() caller: ApiKey) {
    return this.webhooks.test(id, caller.name);
  }
}

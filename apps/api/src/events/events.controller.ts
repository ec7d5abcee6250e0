import { LaurelError } from '@laurel/contracts';
import { eventList, eventsQuery } from '@laurel/contracts/schemas';
import type { Events } from '@laurel/ports';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Route } from '../http/route.js';
import type { Settings } from '../ports.js';
import { tokens } from '../tokens.js';
import { eventStream } from './event-stream.js';

@ApiTags('events')
@Controller('api/v1/events')
export class EventsController {
  constructor(
    @Inject(tokens.events) private readonly events: Events,
    @Inject(tokens.settings) private readonly settings: Settings,
  ) {}

  @Get()
  @Route({
    allow: 'viewer',
    summary: 'Read what happened; with Accept: text/event-stream, watch it (resumes by Last-Event-ID)',
    answer: eventList,
  })
  async read(
    @Query({ schema: eventsQuery }) query: { readonly after?: number | undefined; readonly limit: number },
    @Headers() headers: { readonly accept?: string; readonly 'last-event-id'?: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const after = startOf(query.after, headers['last-event-id']);
    if (headers.accept?.includes('text/event-stream') === true) {
      void reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        // Kept alive after the stream's end, the connection would hold up a process that stops.
        connection: 'close',
      });
      return eventStream(this.events, after, this.settings.closing);
    }
    const items = await this.events.after(after, query.limit);
    return { items, after: items.at(-1)?.id ?? after };
  }
}

/** The header wins: a browser that reconnects repeats the first address. */
function startOf(after: number | undefined, lastEventId: string | undefined): number {
  if (lastEventId === undefined || lastEventId === '') return after ?? 0;
  const id = Number(lastEventId);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new LaurelError('InvalidInput', `Last-Event-ID "${lastEventId}" is not the number of an event.`);
}

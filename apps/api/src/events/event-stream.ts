import { setTimeout as sleep } from 'node:timers/promises';
import type { Events, PlatformEvent } from '@laurel/ports';

/** Time between two looks for new events. */
const pollMilliseconds = 500;
/** Looks without an event after which a comment keeps the connection open through proxies. */
const quietLooks = 30;
const batch = 200;

/**
 * Events after `after` in the format of server-sent events, then those to come, until `closing` aborts or the reader
 * stops. Each carries its `id:`, so that a reader that comes back names the last one it saw and misses nothing.
 */
export async function* eventStream(events: Events, after: number, closing: AbortSignal): AsyncGenerator<string> {
  let last = after;
  let quiet = 0;
  yield `retry: ${pollMilliseconds * 4}\n\n`;
  while (!closing.aborted) {
    const news = await events.after(last, batch);
    for (const event of news) {
      last = event.id;
      yield frame(event);
    }
    quiet = news.length > 0 ? 0 : quiet + 1;
    if (quiet >= quietLooks) {
      quiet = 0;
      yield ': still here\n\n';
    }
    if (news.length < batch) await pause(closing);
  }
}

function frame(event: PlatformEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

async function pause(closing: AbortSignal): Promise<void> {
  try {
    await sleep(pollMilliseconds, undefined, { signal: closing });
  } catch {
    // Aborted: the loop's condition ends the stream.
  }
}

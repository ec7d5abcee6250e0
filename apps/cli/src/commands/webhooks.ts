import { randomBytes } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { WebhookDeliveryView, WebhookRedelivered, WebhookTested, WebhookView } from '@laurel/contracts/schemas';
import { parseDuration, type WebhookTopic, webhookTopics } from '@laurel/domain';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AddCommands, type Surroundings, withContext } from '../context.js';
import { poll } from '../follow/poll.js';
import { renderTable } from '../output/table.js';
import { agoText } from '../output/text.js';

const secretVariable = 'LAUREL_WEBHOOK_SECRET';
const usualTimeout = 60_000;

/** `webhook`. */
export const addWebhookCommands: AddCommands = (program, surroundings) => {
  const webhook = program
    .command('webhook')
    .summary('tell other programs what happens')
    .description('Register receivers of events and see what was sent to them. All of it needs a key with role admin.');
  addAdd(webhook, surroundings);
  addList(webhook, surroundings);
  addRemove(webhook, surroundings);
  addDeliveries(webhook, surroundings);
  addRedeliver(webhook, surroundings);
  addTest(webhook, surroundings);
};

function addAdd(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('add')
    .summary('register a receiver')
    .description(
      `Register a receiver. The secret that signs its deliveries is that of ${secretVariable}, or a new one, which is shown this once.`,
    )
    .argument('<url>', 'where to post')
    .option('--events <topics>', `some of ${webhookTopics.join(',')}`, topicsOf)
    .action(
      withContext(surroundings, async (context, url: string, { events }: { readonly events?: WebhookTopic[] }) => {
        const given = context.env[secretVariable];
        const secret = given ?? randomBytes(32).toString('base64url');
        const body = { url, secret, ...(events === undefined ? {} : { topics: events }) };
        const made = await context.api.post<WebhookView>('webhooks', body);
        const shown = given === undefined ? { ...made, secret } : made;
        const secretLine = given === undefined ? `\nIts secret, shown this once: ${secret}` : '';
        context.printer.data(shown, () => `Webhook ${made.id} is told of ${made.topics.join(', ')}.${secretLine}`);
      }),
    );
}

function topicsOf(text: string): WebhookTopic[] {
  const named = text.split(',').map((topic) => topic.trim());
  const known = webhookTopics.filter((topic) => named.includes(topic));
  if (known.length === new Set(named).size) return known;
  throw new InvalidArgumentError(`It must be some of ${webhookTopics.join(',')}.`);
}

function addList(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('list')
    .summary('list the receivers')
    .description('List the receivers of events; their secrets are never shown.')
    .action(
      withContext(surroundings, async ({ api, printer }) => {
        const { items } = await api.get<{ readonly items: readonly WebhookView[] }>('webhooks');
        const rows = items.map(({ id, url, topics, createdAt }) => [
          id,
          url,
          topics.join(','),
          agoText(createdAt, Date.now()),
        ]);
        printer.data(items, () => renderTable(['webhook', 'url', 'events', 'made'], rows));
      }),
    );
}

function addRemove(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('remove')
    .summary('remove a receiver')
    .description('Remove a receiver; what it has not been told yet, it is not told.')
    .argument('<webhook>', 'its id')
    .action(
      withContext(surroundings, async ({ api, printer }, id: string) => {
        await api.remove(`webhooks/${encodeURIComponent(id)}`);
        printer.data({ removed: id }, () => `Webhook ${id} is removed.`);
      }),
    );
}

function addDeliveries(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('deliveries')
    .summary('show what was sent')
    .description('Show what was sent to a receiver, newest first, and what it answered.')
    .argument('<webhook>', 'its id')
    .option('--limit <n>', 'at most this many', '50')
    .action(
      withContext(surroundings, async ({ api, printer }, id: string, { limit }: { readonly limit: string }) => {
        const path = `webhooks/${encodeURIComponent(id)}/deliveries`;
        const items = await api.list<WebhookDeliveryView>(path, Number(limit));
        const rows = items.map((item) => [
          String(item.event),
          agoText(item.createdAt, Date.now()),
          item.type,
          item.subject,
          item.state,
          String(item.attempts),
          item.lastError ?? String(item.lastStatus ?? ''),
        ]);
        const head = ['event', 'when', 'what', 'subject', 'state', 'tries', 'last answer'];
        printer.data(items, () => renderTable(head, rows));
      }),
    );
}

function addRedeliver(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('redeliver')
    .summary('send events again')
    .description(
      'Send a receiver an event again, whatever became of it, or without a number every event that was given up. The delivery keeps its id and has three days anew.',
    )
    .argument('<webhook>', 'its id')
    .argument('[event]', 'number of the event, as laurel webhook deliveries shows it', eventNumber)
    .action(
      withContext(surroundings, async ({ api, printer }, id: string, event: number | undefined) => {
        const body = event === undefined ? {} : { event };
        const answer = await api.post<WebhookRedelivered>(`webhooks/${encodeURIComponent(id)}/redeliver`, body);
        const { redelivered: count } = answer;
        const nothing = event === undefined ? 'No delivery was given up.' : `Event ${event} is being sent already.`;
        const said = count === 1 ? '1 event is sent again.' : `${count} events are sent again.`;
        printer.data(answer, () => `${count === 0 ? nothing : said} See laurel webhook deliveries ${id}.`);
      }),
    );
}

function eventNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of an event.');
}

function addTest(webhook: Command, surroundings: Surroundings): void {
  webhook
    .command('test')
    .summary('send a test event')
    .description('Send a receiver a test event and wait for its first answer; fails when it does not take it.')
    .argument('<webhook>', 'its id')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait').argParser(durationOf).default(usualTimeout, '60s'),
    )
    .action(
      withContext(surroundings, async ({ api, printer }, id: string, { timeout }: { readonly timeout: number }) => {
        const path = `webhooks/${encodeURIComponent(id)}`;
        const { event } = await api.post<WebhookTested>(`${path}/test`);
        const deadline = Date.now() + timeout;
        const tried = await poll(async () => {
          const deliveries = await api.list<WebhookDeliveryView>(`${path}/deliveries`, 50);
          const own = deliveries.find((delivery) => delivery.event === event);
          if (own !== undefined && (own.lastStatus !== null || own.lastError !== null)) return own;
          return Date.now() < deadline ? undefined : null;
        });
        if (tried === null) {
          throw new LaurelError(
            'DependencyUnavailable',
            `The event was not tried within ${timeout / 1_000}s; see whether a worker has the role courier, and what laurel webhook deliveries ${id} shows.`,
          );
        }
        if (tried.state !== 'delivered') {
          const said = tried.lastError ?? 'no reason given';
          throw new LaurelError(
            'DependencyUnavailable',
            `The receiver did not take the event (${said}); it is tried again.`,
          );
        }
        printer.data(tried, () => `The receiver took the event and answered ${tried.lastStatus}.`);
      }),
    );
}

function durationOf(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('It must be a duration such as 30s.');
}

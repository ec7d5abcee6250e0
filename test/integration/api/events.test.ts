import { eventList } from '@laurel/contracts/schemas';
import { eventually } from '../../support/eventually.js';
import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
let url: string;
beforeEach(async () => {
  world = await createApiWorld();
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  url = `${await world.app.getUrl()}/api/v1/events`;
});
afterEach(() => world.close());

const happen = (subject: string) => world.db.events.append({ type: 'test.happened', subject, detail: { a: 1 } });

/** A reader of the stream; `text` grows as frames come in. */
async function watch(headers: { readonly [name: string]: string } = {}) {
  const leaving = new AbortController();
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${world.keys.viewer}`, accept: 'text/event-stream', ...headers },
    signal: leaving.signal,
  });
  const watched = { text: '', ended: false, type: response.headers.get('content-type'), leave: () => leaving.abort() };
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? [])
        watched.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // The reader left.
    }
    watched.ended = true;
  })();
  return watched;
}

const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test('a watcher sees what was and what comes, each event with its number', async () => {
  await happen('one');
  const watched = await watch();
  expect(watched.type).toBe('text/event-stream; charset=utf-8');
  await eventually(() => watched.text.includes('"subject":"one"'), 'the event before');
  await happen('two');
  await eventually(() => watched.text.includes('"subject":"two"'), 'the event after');
  expect(watched.text).toMatch(/id: \d+\nevent: test\.happened\ndata: \{.*\}\n\n/);
  expect(idsIn(watched.text)).toEqual(idsIn(watched.text).toSorted((a, b) => a - b));
  watched.leave();
});

test('a watcher that comes back names the last event it saw and misses nothing', async () => {
  for (const subject of ['one', 'two', 'three']) await happen(subject);
  const first = await watch();
  await eventually(() => idsIn(first.text).length === 3, 'three events');
  first.leave();
  await happen('four');
  const seen = idsIn(first.text);
  const second = await watch({ 'last-event-id': String(seen[1]) });
  await eventually(() => idsIn(second.text).length === 2, 'what came since');
  expect(second.text).toContain('"subject":"three"');
  expect(second.text).toContain('"subject":"four"');
  expect(second.text).not.toContain('"subject":"two"');
  second.leave();
});

test('a Last-Event-ID that is no number is malformed', async () => {
  const headers = { accept: 'text/event-stream', 'last-event-id': 'yesterday' };
  expect((await world.get('/api/v1/events', { headers })).body.code).toBe('InvalidInput');
});

test('without a stream, events are read from a number on', async () => {
  for (const subject of ['one', 'two', 'three']) await happen(subject);
  const page = eventList.parse((await world.get('/api/v1/events?limit=2')).body);
  expect(page.items.map(({ subject }) => subject)).toEqual(['one', 'two']);
  const rest = eventList.parse((await world.get(`/api/v1/events?after=${page.after}`)).body);
  expect(rest.items.map(({ subject }) => subject)).toEqual(['three']);
  const none = await world.get(`/api/v1/events?after=${rest.after}`);
  expect(none.body).toEqual({ items: [], after: rest.after });
});

test('a process that is asked to stop ends its streams', async () => {
  const watched = await watch();
  world.stop();
  await eventually(() => watched.ended, 'the end of the stream', 3_000);
});

test('streams do not keep an application from closing', async () => {
  await watch();
  world.stop();
  const started = Date.now();
  await world.app.close();
  expect(Date.now() - started).toBeLessThan(5_000);
});

import { createHash } from 'node:crypto';
import { canonicalJson } from '@laurel/domain';
import type { Database } from '@laurel/postgres';

const rowsAtOnce = 5_000;

/** Appends `count` events to the log as fast as the database takes them, with details as real ones have. */
export async function fillLog(database: Database, count: number): Promise<void> {
  const client = await database.connectAlone();
  const { rows } = await client.query<{ events: number; hash: string }>('select events, hash from audit_head');
  let { events, hash } = rows[0] ?? { events: 0, hash: '' };
  for (const end = events + count; events < end; ) {
    const page = [];
    for (let index = 0; index < rowsAtOnce && events < end; index += 1) {
      events += 1;
      const event = eventNumber(events);
      const previous = hash;
      hash = createHash('sha256').update(previous).update(canonicalJson(event)).digest('hex');
      page.push({ ...event, previous_hash: previous, hash });
    }
    await client.query(
      'insert into audit_events select * from jsonb_populate_recordset(null::audit_events, $1::jsonb)',
      [JSON.stringify(page)],
    );
  }
  await client.query('update audit_head set events = $1, hash = $2', [events, hash]);
  await client.query('analyze audit_events');
  await client.end();
}

function eventNumber(sequence: number) {
  const digest = createHash('sha256').update(String(sequence)).digest('hex');
  return {
    sequence,
    at: new Date(Date.UTC(2026, 0, 1) + sequence * 1_000).toISOString(),
    actor: 'ann',
    action: 'split.committed',
    subject: `churn/${sequence % 100}`,
    detail: {
      epoch: sequence,
      digest: `sha256:${digest}`,
      arms: [{ role: 'champion', version: 3, weight: 100 }],
      share: 0.1 + sequence / 7,
    },
  };
}

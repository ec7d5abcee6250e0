import { Client } from 'pg';
import { type Measured, measure } from './load.js';

/** What Postgres itself takes of one row per transaction, each on the disk before the next, over prepared statements. */
export async function measureRawInsert(databaseUrl: string, clients: number, seconds: number): Promise<Measured> {
  const connections = await Promise.all(Array.from({ length: clients }, () => connected(databaseUrl)));
  const [first] = connections;
  await first?.query(`create table if not exists raw_insert (
    run_id text, name text, step bigint, logged_ms bigint, value double precision, primary key (run_id, name, step))`);
  let step = 0;
  try {
    return await measure(clients, seconds, async (client) => {
      step += 1;
      await connections[client]?.query({
        name: 'raw-insert',
        text: 'insert into raw_insert values ($1, $2, $3, $4, $5)',
        values: [`run ${client}`, 'm', step, Date.now(), step / 7],
      });
    });
  } finally {
    await first?.query('drop table raw_insert');
    await Promise.all(connections.map((connection) => connection.end()));
  }
}

async function connected(databaseUrl: string): Promise<Client> {
  const client = new Client(databaseUrl);
  await client.connect();
  return client;
}

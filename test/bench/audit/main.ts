import { join } from 'node:path';
import { freePortNumbers, postgresChild, postgresUrl, startServer } from '@laurel/dev';
import { createDirectoryStore } from '@laurel/objectstore';
import { createAuditAnchors, createKeys } from '@laurel/packages';
import { createRepositories, migrate, openDatabase, type Repositories } from '@laurel/postgres';
import { createLogger } from '@laurel/telemetry';
import { createAnchorer } from '@laurel/worker';
import { inWorkshop, runProgram } from '../../support/program.js';
import { tableText } from '../markdown-table.js';
import { thisMachine } from '../report.js';
import { fillLog } from './fill-log.js';

const usualEvents = 200_000;
const appended = 2_000;
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Seconds that `work` took by the clock, and of them this process's own on a processor. */
async function timed(work: () => Promise<unknown>): Promise<{ readonly seconds: number; readonly own: number }> {
  const begun = performance.now();
  const used = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - begun) / 1_000, own: (user + system) / 1e6 };
}

async function appendAll({ audit }: Repositories, writers: number): Promise<void> {
  const one = async () => {
    for (let number = 0; number < appended / writers; number += 1) {
      await audit.append({ actor: 'ann', action: 'split.committed', subject: 'churn', detail: { number } });
    }
  };
  await Promise.all(Array.from({ length: writers }, one));
}

async function measure(folder: string, events: number): Promise<void> {
  const [port = 0] = await freePortNumbers(1);
  const password = 'bench';
  const options = { dataDir: join(folder, 'postgres', 'data'), port, password, database: 'laurel', durable: true };
  const server = await startServer(await postgresChild(options), join(folder, 'postgres.log'));
  const database = openDatabase({ url: postgresUrl(options), poolSize: 16 });
  try {
    await migrate(database);
    const repositories = createRepositories(database);
    const rows: (readonly string[])[] = [];
    const add = (what: string, count: number, { seconds, own }: Awaited<ReturnType<typeof timed>>) =>
      rows.push([what, String(Math.round(count / seconds)), String(Math.round(count / own))]);
    for (const writers of [1, 8]) {
      const took = await timed(() => appendAll(repositories, writers));
      add(`append, ${writers} ${writers === 1 ? 'writer' : 'writers'}`, appended, took);
    }
    await fillLog(database, events);
    const total = (await repositories.audit.head()).events;
    const auditAnchors = createAuditAnchors({
      objectStore: createDirectoryStore({ root: join(folder, 'objects') }),
      keys: createKeys(),
    });
    const anchorer = createAnchorer(
      { ...repositories, auditAnchors },
      createLogger({ process: 'worker', level: 'silent' }),
    );
    add('anchor the backlog', total, await timed(() => anchorer.pass()));
    for (let round = 1; round <= 3; round += 1) {
      const took = await timed(async () => {
        const { firstBroken } = await repositories.audit.verify(await auditAnchors.read());
        if (firstBroken !== null) throw new Error(`the log of the bench is broken at ${firstBroken}`);
      });
      add(`verify ${total} events with anchors, round ${round}`, total, took);
    }
    say(tableText([['what', 'events/s', 'events per second of its own processor time'], ...rows]));
  } finally {
    await database.close();
    await server.stop();
  }
}

await runProgram('bench:audit', async ([text]) => {
  const events = Number(text ?? usualEvents);
  const { cores, processor, node, load } = thisMachine();
  say(`${cores} cores, ${processor}, Node.js ${node}, load ${load.toFixed(1)} at the start\n`);
  await inWorkshop('bench-audit', (folder) => measure(folder, events));
  return 0;
});

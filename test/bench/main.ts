import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClient } from '@laurel/temporal';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { openGround, openWorkshop } from '../chaos/ground.js';
import { type BenchReport, reportText, thisMachine } from './report.js';
import { measureRollback } from './rollback.js';
import { measureTraining } from './train-to-champion.js';
import { measureOverhead } from './workflow-overhead.js';

/** How often each is measured: as often as ten minutes on two cores allow. */
const repetitions = { trainings: 3, noOpRuns: 50, rollbacks: 20 } as const;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function measure(home: string): Promise<BenchReport> {
  const machine = thisMachine();
  say('starting a stack of its own');
  await using ground = await openGround(home, { LAUREL_TIME_SCALE: '1' });
  const address = String(ground.stack.environment['LAUREL_TEMPORAL_ADDRESS']);
  const client = openClient({ address });
  try {
    say(`training ${repetitions.trainings} first champions on the demo data`);
    const trainToChampion = await measureTraining(ground, client, repetitions.trainings);
    say(`running ${repetitions.noOpRuns} workflows of no-op activities, and the same without Temporal`);
    const workflowOverhead = await measureOverhead(client, address, repetitions.noOpRuns);
    say(`rolling a harmful challenger out ${repetitions.rollbacks} times under traffic`);
    const rollback = await measureRollback(ground, repetitions.rollbacks);
    return {
      measuredAt: new Date().toISOString(),
      machine,
      trainToChampion,
      workflowOverhead,
      rollback,
    };
  } finally {
    await client.connection.close();
  }
}

/** `--json FILE` also writes the report there. */
async function main(args: readonly string[]): Promise<void> {
  const file = args.includes('--json') ? args[args.indexOf('--json') + 1] : undefined;
  if (args.includes('--json') && file === undefined) throw new Error('--json needs the name of a file to write');
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const workshop = await openWorkshop();
  try {
    const report = await measure(join(workshop, 'home'));
    say(`\n${reportText(report)}`);
    if (file !== undefined) await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));

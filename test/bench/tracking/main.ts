// Laurel and a real MLflow server side by side, both over the same Postgres:
// node build/test/bench/tracking/main.js [--seconds 15] [--warm-up 75] [--runs 30000] [--clients 1,8] [--json FILE] [--write]
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, findToolchain } from '@laurel/dev';
import { startPostgres } from '../../chaos/serving/postgres.js';
import { startLaurel, startMlflow, type TrackingServer } from '../../mlflow/servers.js';
import { inWorkshop, runProgram } from '../../support/program.js';
import { openPythonEnvironment } from '../../support/python-environments.js';
import { thisMachine } from '../report.js';
import { cores, type Pinning, pinThisProcess } from '../serving/cores.js';
import { measure, openClient } from './load.js';
import { type Options, parseOptions } from './options.js';
import { measureRawInsert } from './raw-insert.js';
import { type Comparison, met, reportMarkdown, type TrackingReport } from './report.js';
import { type Ground, type Scenario, scenarios } from './scenarios.js';
import { seedLaurel, seedMlflow } from './seed.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Contestant extends Ground {
  readonly server: TrackingServer;
}

/** Makes the experiments of a contestant, the large one filled. */
async function groundOf(
  server: TrackingServer,
  {
    databaseUrl,
    runs,
    seed,
  }: { readonly databaseUrl: string; readonly runs: number; readonly seed: typeof seedLaurel },
): Promise<Contestant> {
  const client = openClient(server, 1);
  const experiment = async (name: string) => {
    const body = { name: `${name}-${Date.now()}` };
    type Created = { readonly experiment_id: string };
    return (await client.send<Created>({ method: 'POST', path: 'experiments/create', body })).experiment_id;
  };
  const [experimentId, largeExperimentId] = [await experiment('small'), await experiment('large')];
  await seed({ databaseUrl, experimentId: largeExperimentId, runs });
  client.close();
  return { server, experimentId, largeExperimentId };
}

async function run(
  contestant: Contestant,
  scenario: Scenario,
  { clients, seconds }: { clients: number; seconds: number },
) {
  const client = openClient(contestant.server, clients);
  try {
    const works = await Promise.all(Array.from({ length: clients }, () => scenario.prepare(client, contestant)));
    return await measure(clients, seconds, async (place) => works[place]?.());
  } finally {
    client.close();
  }
}

/** MLflow settles only after more than a minute of load: what is measured before is several times too slow. */
async function warmUp(contestant: Contestant, seconds: number): Promise<void> {
  const each = seconds / 3;
  for (const scenario of scenarios.slice(0, 3)) await run(contestant, scenario, { clients: 2, seconds: each });
}

async function compare(
  { laurel, mlflow, databaseUrl }: { laurel: Contestant; mlflow: Contestant; databaseUrl: string },
  { seconds, clients: counts }: Options,
) {
  const comparisons: Comparison[] = [];
  const raw: { clients: number; measured: Awaited<ReturnType<typeof measureRawInsert>> }[] = [];
  const left: string[] = [];
  for (const clients of counts) {
    for (const scenario of scenarios) {
      try {
        const mine = await run(laurel, scenario, { clients, seconds });
        const theirs = await run(mlflow, scenario, { clients, seconds });
        comparisons.push({ scenario, clients, laurel: mine, mlflow: theirs });
        say(`${scenario.name}, ${clients}: ${mine.perSecond.toFixed(0)} /s, MLflow ${theirs.perSecond.toFixed(0)} /s`);
      } catch (error) {
        left.push(`${scenario.name} with ${clients}: ${(error as Error).message}`);
      }
    }
    raw.push({ clients, measured: await measureRawInsert(databaseUrl, clients, seconds) });
  }
  return { comparisons, raw, left };
}

async function bench(folder: string, options: Options, pinning: Pinning): Promise<TrackingReport> {
  const requirements = join(checkout, 'test', 'mlflow', 'requirements', 'mlflow-full.txt');
  const environment = await openPythonEnvironment({ requirements, python: findToolchain().python, say });
  await using postgres = await startPostgres(folder);
  await using own = await postgres.createDatabase();
  const theirs = await postgres.createEmptyDatabase();
  const prefix = pinning(cores.server);
  const laurelServer = await startLaurel(join(folder, 'laurel'), { databaseUrl: own.url, prefix });
  const store = theirs.replace(/^postgres:/, 'postgresql+psycopg2:');
  say('starting the MLflow server, which makes its tables');
  const mlflowServer = await startMlflow(join(folder, 'mlflow'), { environment, store, prefix });
  try {
    const { runs } = options;
    say(`filling both with ${runs} runs`);
    const laurel = await groundOf(laurelServer, { databaseUrl: own.url, runs, seed: seedLaurel });
    const mlflow = await groundOf(mlflowServer, { databaseUrl: theirs, runs, seed: seedMlflow });
    say(`warming MLflow up for ${options.warmUp} s, Laurel for a tenth of that`);
    await warmUp(mlflow, options.warmUp);
    await warmUp(laurel, options.warmUp / 10);
    const measured = await compare({ laurel, mlflow, databaseUrl: own.url }, options);
    return {
      measuredAt: new Date().toISOString(),
      machine: machineText(),
      versions: `mlflow ${environment.versions['mlflow']}, psycopg2 ${environment.versions['psycopg2-binary']}`,
      seconds: options.seconds,
      ...measured,
    };
  } finally {
    await Promise.all([laurelServer.stop(), mlflowServer.stop()]);
  }
}

function machineText(): string {
  const { cores, processor, platform, node, load } = thisMachine();
  return `${cores} cores (${processor}), ${platform}, Node.js ${node}, load ${load.toFixed(1)} before`;
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const { pinning, note } = pinThisProcess();
  say(note);
  const report = await inWorkshop('bench-tracking', (folder) => bench(folder, options, pinning));
  const text = `${reportMarkdown(report)}\n\n${note}.`;
  say(`\n${text}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.write) await writeMeasured(text);
  return report.left.length === 0 && report.comparisons.every(met) ? 0 : 1;
}

/** Puts the tables below the heading of the page, whose text is written by hand. */
async function writeMeasured(text: string): Promise<void> {
  const file = join(checkout, 'docs', 'reference', 'benches-tracking.md');
  const page = await readFile(file, 'utf8');
  const heading = '\n## Measured\n';
  await writeFile(file, `${page.slice(0, page.indexOf(heading) + heading.length)}\n${text}\n`);
  say(`written to ${file}`);
}

await runProgram('bench:tracking', main);

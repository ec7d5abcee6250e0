// Puts unmodified Python clients through their cases: node build/test/clients/main.js [client …]
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findToolchain } from '@laurel/dev';
import { openPythonEnvironment, type PythonEnvironment } from '../support/python-environments.js';
import { type ServedChurn, startChurn } from './churn.js';
import {
  type Client,
  casesOf,
  clients,
  oracleRequirements,
  runClient,
  type Surroundings,
  type Verdict,
} from './clients.js';
import { type RunningServer, startFleet, startMlserver, startStandalone, writeModels } from './servers.js';

/** Versions of every model, as each server has it. */
const versionOf = { standalone: '1', fleet: '2', mlserver: '2' } as const;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const count = { passed: 0, failed: 0, skipped: 0 };

function tell({ title, verdict, detail }: Verdict): void {
  count[verdict] += 1;
  say(`${verdict}  ${title}${detail === '' ? '' : `\n        ${detail}`}`);
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** An environment, or why there is none. */
async function environmentOf(requirements: string): Promise<PythonEnvironment | string> {
  try {
    return await openPythonEnvironment({ requirements, python: findToolchain().python, say });
  } catch (error) {
    return reasonOf(error);
  }
}

async function startOracle(folder: string): Promise<RunningServer | null> {
  const environment = await environmentOf(oracleRequirements);
  if (typeof environment === 'string') {
    say(`without MLServer, cases that need its numbers are skipped: ${environment}`);
    return null;
  }
  say(`oracle: mlserver ${environment.versions['mlserver']}, onnxruntime ${environment.versions['onnxruntime']}`);
  return startMlserver(folder, environment);
}

async function churnFor(wanted: readonly Client[]): Promise<ServedChurn | null> {
  if (!wanted.some(({ needsChurn }) => needsChurn)) return null;
  try {
    return await startChurn(say);
  } catch (error) {
    say(`there is no trained churn model: ${reasonOf(error)}`);
    return null;
  }
}

async function runAll(wanted: readonly Client[], surroundings: Surroundings): Promise<void> {
  for (const client of wanted) {
    if (client.needsChurn && surroundings.churn === null) {
      count.skipped += await casesOf(client);
      say(`skipped  all cases of ${client.name}: the churn model is missing`);
      continue;
    }
    const environment = await environmentOf(client.requirements);
    if (typeof environment === 'string') {
      count.skipped += await casesOf(client);
      say(`skipped  all cases of ${client.name}: ${environment}`);
      continue;
    }
    say(`\n${client.name}: ${client.packages.map((name) => `${name} ${environment.versions[name]}`).join(', ')}`);
    await runClient(client, environment, { ...surroundings, onVerdict: tell });
  }
}

async function main(names: readonly string[]): Promise<void> {
  const wanted = clients.filter(({ name }) => names.length === 0 || names.includes(name));
  const folder = await mkdtemp(join(tmpdir(), 'laurel-clients-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const running: Pick<RunningServer, 'stop'>[] = [];
  try {
    await writeModels(join(folder, 'models'));
    const oracle = await startOracle(folder);
    if (oracle !== null) running.push(oracle);
    const standalone = await startStandalone(folder);
    running.push(standalone);
    const fleet = await startFleet(folder);
    running.push(fleet);
    const targets = join(folder, 'targets.json');
    const target = (name: keyof typeof versionOf, { address }: RunningServer) => ({
      name,
      ...address,
      version: versionOf[name],
    });
    const servers = [target('standalone', standalone), target('fleet', fleet)];
    const streams = servers.map((server) => ({ ...server, grpc: server.grpc ?? standalone.mlserverStreams }));
    await writeFile(targets, JSON.stringify({ servers, streams, oracle: oracle && target('mlserver', oracle) }));
    const churn = await churnFor(wanted);
    if (churn !== null) running.push(churn);
    await runAll(wanted, { targets, fleet, churn });
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await main(process.argv.slice(2));
} catch (error) {
  tell({ title: 'the servers start', verdict: 'failed', detail: reasonOf(error) });
}
say(`\n${count.passed} passed, ${count.failed} failed${count.skipped === 0 ? '' : `, ${count.skipped} skipped`}`);
process.exitCode = count.failed === 0 ? 0 : 1;

import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLaurelError } from '@laurel/contracts';
import { findToolchain } from '@laurel/dev';
import { thisMachine } from '../report.js';
import type { Candidate, Ground } from './candidate.js';
import { wrkVersion } from './closed-loop.js';
import { type Contestant, inProcess } from './contestants.js';
import { pinThisProcess } from './cores.js';
import { writeDocument } from './document.js';
import { openField } from './field.js';
import { openFixtures } from './fixtures.js';
import { laurelCandidate } from './laurel-candidate.js';
import { bare, empty } from './node-candidates.js';
import { type BenchOptions, parseOptions } from './options.js';
import { createPreparations } from './prepared.js';
import { checkAll, runRounds } from './protocol.js';
import { pythonCandidates } from './python-candidates.js';
import { reportMarkdown, type ServingReport } from './report.js';
import { type Scenario, scenarios } from './scenarios.js';
import { laurelOff } from './standalone-candidate.js';

const laurel = laurelCandidate({ name: 'laurel', title: 'apps/serving, everything on', settings: {} });
const candidates: readonly Candidate[] = [empty, bare, ...pythonCandidates, laurelOff, laurel];
const library = 'in-process';
/** Requests per second of the constant rate when the bare server does not take part. */
const fallbackRate = 2_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function measure(options: BenchOptions, folder: string): Promise<ServingReport> {
  const machine = thisMachine();
  const { pinning, note } = pinThisProcess();
  const { python } = findToolchain();
  say('making the models unless the cache has them');
  const ground: Ground = { fixtures: await openFixtures(python), folder, pinning, python, say };
  const wanted = (name: string) => options.only?.includes(name) ?? true;
  const wrk = await wrkVersion();
  const { possible, impossible } = sorted(options, wrk);
  const prepare = createPreparations(ground.fixtures, folder);
  const taking = candidates.filter(({ name }) => wanted(name));
  await using field = await openField(ground, { candidates: taking, scenarios: possible, prepare });
  const contestants = [...field.contestants, ...(wanted(library) ? [inProcess(ground)] : [])];
  say('comparing everybody’s numbers with those of onnxruntime');
  const { entries, refusals } = await checkAll(possible, contestants);
  for (const { candidate, scenario, reason } of refusals) say(`not measured: ${candidate} in ${scenario}: ${reason}`);
  const rate = options.rate ?? (await halfOfBare(contestants));
  const { rounds, seconds, warmUpSeconds, seed } = options;
  const samples = await runRounds(entries, { rounds, seconds, warmUpSeconds, seed, rate, say });
  return {
    measuredAt: new Date().toISOString(),
    machine,
    pinning: note,
    options: { rounds, seconds, warmUpSeconds, seed, rate },
    candidates: field.candidates,
    tools: await tools(wrk, ground),
    samples,
    refusals,
    missing: [...field.missing, ...impossible],
  };
}

/** Scenarios that are wanted and can be measured, and what is missing for the others. */
function sorted({ scenarios: names }: BenchOptions, wrk: string | null) {
  const wanted = scenarios.filter(({ name }) => names?.includes(name) ?? true);
  const needsWrk = ({ load, encoding }: Scenario) => load.kind === 'closed' && encoding !== 'grpc';
  const possible = wanted.filter((scenario) => wrk !== null || !needsWrk(scenario));
  const impossible = wanted
    .filter((scenario) => !possible.includes(scenario))
    .map(({ name }) => `${name}: wrk is missing (apt-get install wrk)`);
  for (const line of impossible) say(`without ${line}`);
  return { possible, impossible };
}

/** Half of the rate that the bare server manages, as measured once for three seconds. */
async function halfOfBare(contestants: readonly Contestant[]): Promise<number> {
  const [scenario] = scenarios;
  const contestant = contestants.find(({ name }) => name === bare.name);
  if (scenario === undefined || contestant === undefined || (await wrkVersion()) === null) return fallbackRate;
  await contestant.measure(scenario, { seconds: 1, rate: fallbackRate });
  const { perSecond } = await contestant.measure(scenario, { seconds: 3, rate: fallbackRate });
  return Math.round(perSecond / 2);
}

async function tools(wrk: string | null, { fixtures }: Ground): Promise<ServingReport['tools']> {
  const manifest = join(process.cwd(), 'node_modules', 'onnxruntime-node', 'package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { readonly version: string };
  const made = Object.entries(fixtures.versions).map(([name, is]) => [name, is] as const);
  return {
    'Node.js': process.versions.node,
    'onnxruntime-node': version,
    ...(wrk === null ? {} : { wrk }),
    ...Object.fromEntries(made),
  };
}

async function main(args: readonly string[]): Promise<void> {
  const known = {
    candidates: [...candidates.map(({ name }) => name), library],
    scenarios: scenarios.map(({ name }) => name),
  };
  const options = parseOptions(args, known);
  const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-serving-'));
  await chmod(folder, 0o711);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    const report = await measure(options, folder);
    say(`\n${reportMarkdown(report)}`);
    if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (options.write) say(`\nwritten to ${await writeDocument(report)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Servers that are up end in the handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!isLaurelError(error)) throw error;
  say(`bench:serving: ${error.message}`);
  process.exitCode = 1;
}

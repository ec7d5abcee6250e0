import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { PythonEnvironment } from '../support/python-environments.js';
import type { ServedChurn } from './churn.js';
import type { FleetFacts, RunningServer } from './servers.js';

/** What came of a case at a server. */
export interface Verdict {
  readonly title: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Why it did not pass; empty when it did. */
  readonly detail: string;
}

/** What clients are told of the servers. */
export interface Surroundings {
  /** File with the addresses of all servers. */
  readonly targets: string;
  readonly fleet: RunningServer & FleetFacts;
  /** `null` where it could not be trained, or no client needs it. */
  readonly churn: ServedChurn | null;
}

/** A Python client, unmodified, and the cases it is put through. */
export interface Client {
  readonly name: string;
  /** What Python runs: a module of the folder `python`, or a file. */
  readonly program: { readonly module: string } | { readonly file: string };
  /** File with its pinned packages. */
  readonly requirements: string;
  /** Packages whose versions are told. */
  readonly packages: readonly string[];
  readonly args: (surroundings: Surroundings) => readonly string[];
  /** The one case of a program that says it with its exit code; `null` for one that prints a verdict per case. */
  readonly case: string | null;
  /** Does it ask the trained churn model? */
  readonly needsChurn?: boolean;
}

/** Sources of this folder that are not TypeScript, from the root of the checkout, where npm runs scripts. */
const folder = resolve('test/clients');
const modules = join(folder, 'python');
const ofBench = resolve('test/bench/serving/python/requirements');

/** Requirements of the server that is the oracle. */
export const oracleRequirements = join(ofBench, 'mlserver.txt');

const many = { args: ({ targets }: Surroundings) => [targets], case: null };
const triton = { requirements: join(folder, 'requirements/tritonclient.txt'), packages: ['tritonclient'], ...many };
const kserve = { requirements: join(ofBench, 'kserve.txt'), packages: ['kserve'], ...many };
const mlserver = { requirements: oracleRequirements, packages: ['mlserver'], ...many };
const mlflow = {
  requirements: join(folder, 'requirements/mlflow.txt'),
  packages: ['mlflow-skinny', 'requests'],
  ...many,
};

/** Every client, in the order in which they are tried. */
export const clients: readonly Client[] = [
  { name: 'tritonclient.http', program: { module: 'triton_http' }, ...triton },
  { name: 'tritonclient.grpc', program: { module: 'triton_grpc' }, ...triton },
  { name: 'kserve', program: { module: 'kserve_clients' }, ...kserve },
  { name: 'mlserver', program: { module: 'mlserver_stubs' }, ...mlserver },
  { name: 'mlflow', program: { module: 'mlflow_payloads' }, ...mlflow },
  { name: 'requests', program: { module: 'plain_requests' }, ...mlflow },
  {
    name: 'shap',
    program: { file: join(folder, 'explain_agreement.py') },
    requirements: join(folder, 'requirements/shap.txt'),
    packages: ['shap', 'onnxruntime'],
    args: ({ fleet: { address, objects, explained } }) => [
      '--url',
      address.http,
      '--endpoint',
      'columns',
      '--objects',
      objects,
      '--digest',
      explained,
    ],
    case: 'attributions agree with those of its permutation explainer within their sampling error',
  },
  {
    name: 'shap-churn',
    program: { file: join(folder, 'explain_agreement.py') },
    requirements: join(folder, 'requirements/shap.txt'),
    packages: ['shap', 'onnxruntime'],
    args: ({ churn }) => [
      '--url',
      churn?.url ?? '',
      '--endpoint',
      'churn',
      '--objects',
      churn?.objects ?? '',
      '--csv',
      churn?.csv ?? '',
      '--rows',
      '3',
      '--permutations',
      '24',
    ],
    case: 'attributions of the trained churn model agree within their sampling error and add up',
    needsChurn: true,
  },
];

/** Puts a client through its cases; `onVerdict` is told of each, and of a program that broke off. */
export async function runClient(
  client: Client,
  environment: PythonEnvironment,
  { onVerdict, ...surroundings }: Surroundings & { readonly onVerdict: (verdict: Verdict) => void },
): Promise<void> {
  const { program } = client;
  const run = 'module' in program ? ['-m', program.module] : [program.file];
  const child = spawn(environment.python, ['-B', '-W', 'ignore', ...run, ...client.args(surroundings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONPATH: modules, OMP_NUM_THREADS: '1', PYTHONUNBUFFERED: '1' },
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"title"')) onVerdict(JSON.parse(line) as Verdict);
    else said = `${said}${line}\n`.slice(-2_000);
  }
  const code = await ended;
  const title = `${client.name}: ${client.case ?? 'all cases are run'}`;
  const last = said.trim().split('\n').slice(-3).join(' | ');
  if (code !== 0) onVerdict({ title, verdict: 'failed', detail: `it ended with ${code}: ${last}` });
  else if (client.case !== null) onVerdict({ title, verdict: 'passed', detail: '' });
}

/** How many cases a client has, by the sentences in its sources; each may be for several servers. */
export async function casesOf({ program, case: only }: Client): Promise<number> {
  if (only !== null || !('module' in program)) return 1;
  const files = (await readdir(modules, { recursive: true })).filter(
    (file) => file === `${program.module}.py` || (dirname(file) === program.module && file.endsWith('.py')),
  );
  const sources = await Promise.all(files.map((file) => readFile(join(modules, file), 'utf8')));
  return sources.join('\n').match(/^\s*@suite\.(case|refused)\(/gm)?.length ?? 0;
}

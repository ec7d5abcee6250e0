import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseProject } from '@laurel/contracts/schemas';
import { freePorts, type RunningStack, up } from '@laurel/dev';
import type { ModelProject, RolloutStepSpec, Row } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';

/** Folder of the shipped example, from the root of the checkout, where npm runs scripts. */
export const exampleFolder = join(process.cwd(), 'examples', 'churn');

/** Factor on activity time-outs: a killed worker is noticed within two seconds. */
export const timeScale = 0.2;

/** The project under test: the shipped example with a small model and a rollout of few requests. */
export async function testProject(parameters: ModelProject['spec']['training']['parameters']): Promise<ModelProject> {
  const file = join(exampleFolder, 'laurel.yaml');
  const parsed = parseProject(await readFile(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { project } = parsed;
  const steps: RolloutStepSpec[] = [
    { shadow: { sample: 100, until: { requests: 20 } } },
    { analysis: { metrics: ['disagreement'] } },
    { setWeight: 50 },
    { analysis: { metrics: ['errorRate', 'latencyP50'] } },
  ];
  const metrics: ModelProject['spec']['rollout']['metrics'] = {
    disagreement: { role: 'guardrail', direction: 'lower', hardLimit: 0.9, minimumSample: 20 },
    errorRate: { role: 'guardrail', direction: 'lower', margin: 0.5, minimumSample: 20 },
    latencyP50: { role: 'guardrail', direction: 'lower', margin: '20s', minimumSample: 20 },
    // It only guards: no twenty requests bound a 99 % quantile from above.
    latencyP99: { role: 'guardrail', direction: 'lower', hardLimit: '400ms', minimumSample: 20 },
  };
  return {
    ...project,
    spec: {
      ...project.spec,
      training: { ...project.spec.training, parameters },
      evaluation: { ...project.spec.evaluation, gates: [{ metric: 'rocAuc', min: 0.6 }] },
      rollout: { ...project.spec.rollout, steps, metrics, deadline: '5m' },
      triggers: [],
      cooldown: '1s',
    },
  };
}

/** A stack that is up, with the little that stories need of it. */
export interface Ground extends AsyncDisposable {
  readonly stack: RunningStack;
  post<T>(path: string, body: unknown): Promise<T>;
  get<T>(path: string): Promise<T>;
  /** Asks until `holds` says so; API outages are waited out. */
  until<T>(path: string, holds: (answer: T) => boolean): Promise<T>;
}

const patienceMilliseconds = 120_000;

/** Brings a stack up on free ports with its activities' time-outs scaled. */
export async function openGround(
  home: string,
  environment: Readonly<Record<string, string>>,
  { servingProcesses = 2 }: { readonly servingProcesses?: number } = {},
): Promise<Ground> {
  await mkdir(home, { recursive: true, mode: 0o755 });
  const stack = await up({
    home,
    ports: await freePorts(),
    servingProcesses,
    environment: { LAUREL_TIME_SCALE: String(timeScale), ...environment },
  });
  const key = (await readFile(join(home, 'admin.key'), 'utf8')).trim();
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const response = await fetch(`${stack.urls.api}/api/v1/${path}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const get = <T>(path: string) => call<T>(path, { method: 'GET' });
  return {
    stack,
    get,
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
    until: async (path, holds) => {
      const end = Date.now() + patienceMilliseconds;
      let last: unknown;
      while (Date.now() < end) {
        try {
          const answer = await get<Parameters<typeof holds>[0]>(path);
          if (holds(answer)) return answer;
          last = answer;
        } catch (error) {
          last = error;
        }
        await sleep(200);
      }
      throw new Error(
        `${path} did not become what it should within ${patienceMilliseconds / 1_000} s; last: ${JSON.stringify(last) ?? String(last)} ${String(last)}`,
      );
    },
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}

/** Rows of the example with their labels, for traffic. */
export async function exampleRows(limit: number): Promise<readonly { readonly row: Row; readonly label: string }[]> {
  const engine = createTableEngine({});
  const folder = join(tmpdir(), `laurel-rows-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    const parquet = join(folder, 'rows.parquet');
    await engine.importTable({ format: 'csv', path: join(exampleFolder, 'data', 'telco_churn.csv') }, parquet);
    const rows = await engine.readRows(parquet, { offset: 0, limit });
    return rows.map(({ churn, customer_id: _id, ...row }) => ({ row, label: String(churn) }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder that user `postgres` can reach, for homes and snapshots. */
export async function openWorkshop(): Promise<string> {
  const folder = join(tmpdir(), `laurel-chaos-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}

import { randomUUID } from 'node:crypto';
import { exampleFolder, exampleRows, type Ground, testProject } from './ground.js';
import { type Answer, startTraffic } from './traffic.js';

export const small = { features: 'tenure,contract', max_depth: 2, n_estimators: 20 } as const;
export const better = { features: 'tenure,contract,monthly_charges', max_depth: 3, n_estimators: 40 } as const;
/** Four hundred milliseconds and more for every answer: a breach of the hard limit. */
export const heavy = { ...better, n_estimators: 41, ballast: 400 } as const;

interface RunAnswer {
  readonly runId: string;
  readonly status: string;
  readonly version: number | null;
  readonly message: string | null;
}

/** Applies the project with these parameters. */
export async function apply(ground: Ground, parameters: Parameters<typeof testProject>[0]): Promise<void> {
  await ground.post('projects', { project: await testProject(parameters), folder: exampleFolder });
}

/** Trains to the end without a rollout; returns the version. */
export async function train(ground: Ground): Promise<{ readonly version: number; readonly runId: string }> {
  const { runId } = await ground.post<{ runId: string }>('projects/churn/runs', { key: randomUUID(), rollOut: false });
  const run = await ground.until<RunAnswer>(`runs/${runId}`, ({ status }) => status !== 'running');
  if (run.version === null) throw new Error(`the run ended ${run.status}: ${run.message}`);
  return { version: run.version, runId };
}

export interface RolledOut {
  readonly status: string;
  readonly incarnation: number;
  readonly answers: readonly Answer[];
}

/** Rolls a version out under traffic and waits for its end. `during` runs once the rollout has begun. */
export async function rollOut(
  ground: Ground,
  version: number,
  during: () => Promise<void> = async () => undefined,
): Promise<RolledOut> {
  const rows = await exampleRows(400);
  const traffic = startTraffic({
    servingUrl: ground.stack.urls.serving,
    endpoint: 'churn',
    rows,
    clients: 4,
    pauseMilliseconds: 60,
    feedBack: async (items) => void (await ground.post('feedback', { items })),
  });
  try {
    const { incarnation } = await ground.post<{ incarnation: number }>('endpoints/churn/rollouts', { version });
    await during();
    const { status } = await ground.until<{ status: string }>(
      `endpoints/churn/rollouts/${incarnation}`,
      (rollout) => rollout.status !== 'running',
    );
    return { status, incarnation, answers: traffic.answers };
  } finally {
    await traffic.stop();
  }
}

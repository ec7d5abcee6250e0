import type { SweepSpec } from '@laurel/domain';
import { aRunId } from './builders.js';
import type { TestDatabase } from './database.js';

export const aSweepSpec: SweepSpec = {
  algorithm: 'random',
  trials: 4,
  parallel: 2,
  budget: { gpuHours: null, duration: null, steps: null },
  space: {
    learning_rate: { min: 0.01, max: 1, log: true, step: null, integer: null },
    max_depth: { min: 1, max: 8, log: false, step: null, integer: null },
  },
  objectives: [{ metric: 'rocAuc', goal: 'maximize' }],
  earlyStopping: null,
  warmStart: null,
  seed: 7,
};

/** Stores a sweep of `churn` that is asked for; gives its run. */
export async function askedSweep(db: TestDatabase, change: Partial<SweepSpec> = {}): Promise<string> {
  const runId = aRunId();
  const spec = { ...aSweepSpec, ...change };
  await db.sweeps.ask({ runId, project: 'churn', key: runId, spec, requestedBy: 'test', rollOut: true });
  return runId;
}

/** Stores trials of a sweep, one for each value, and ends them well in that order. */
export async function completedTrials(db: TestDatabase, sweep: string, values: readonly number[]): Promise<void> {
  for (const [number, value] of values.entries()) {
    const runId = aRunId();
    await db.sweeps.addTrial({ sweep, number, runId, parameters: { max_depth: number + 1, learning_rate: 0.1 } });
    const result = { kind: 'complete', values: [value], package: `sha256:${'a'.repeat(64)}` } as const;
    await db.sweeps.endTrial({ sweep, number }, { result, steps: 10, gpuMilliseconds: 1_500 });
  }
}

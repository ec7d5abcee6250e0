import { setTimeout as delay } from 'node:timers/promises';
import type { V1Job } from '@kubernetes/client-node';
import type { JobProgress } from '@laurel/domain';
import { readLastWords } from '../../../libs/kubernetes/src/watching/read-last-words.js';
import { watchAttempt } from '../../../libs/kubernetes/src/watching/watch-attempt.js';
import { exited, job, limitsOf, pod, running } from './builders.js';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.js';

const digest = `sha256:${'e'.repeat(64)}`;
const ended = {
  terminated: { exitCode: 0, reason: 'Completed', startedAt: '2026-01-01T00:00:30Z' as unknown as Date },
};

/** The launcher waits for the last lines for the grace and 15 s more; these tests do not. */
const graceMilliseconds = -14_500;

async function* watching(cluster: ScriptedCluster, milliseconds = 5_000): AsyncIterable<JobProgress> {
  const [shown = job()] = (await cluster.list<V1Job>('jobs', '')).items;
  const signal = AbortSignal.timeout(milliseconds);
  yield* watchAttempt({ cluster, name: 'churn', job: shown, limits: limitsOf(1), graceMilliseconds, signal });
}

async function all(progress: AsyncIterable<JobProgress>): Promise<readonly JobProgress[]> {
  const seen: JobProgress[] = [];
  for await (const one of progress) seen.push(one);
  return seen;
}

const outcomesIn = (cluster: ScriptedCluster) =>
  cluster.patches.map((patch) => {
    const { metadata } = patch as { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
    return JSON.parse(metadata.annotations['laurel.dev/outcome'] ?? 'null') as { readonly kind: string };
  });

test('lines that come while the caller is told of earlier ones are read before the end is judged', async () => {
  let asked = 0;
  const cluster = scriptedCluster({
    jobs: () => [job([['Complete', 'CompletionsReached']])],
    pods: () => [pod({ phase: 'Succeeded', trainer: ended })],
    log: async function* () {
      asked += 1;
      if (asked > 1) return;
      yield '2026-01-01T00:00:31Z {"laurel":"progress","step":1,"totalSteps":1}';
      await delay(20);
      yield `2026-01-01T00:00:32Z {"laurel":"output","digest":"${digest}"}`;
    },
  });
  for await (const { step } of watching(cluster)) if (step === 1) await delay(100);
  expect(outcomesIn(cluster)).toEqual([{ kind: 'done', output: digest }]);
});

test('an output that hangs in a connection is asked for once more before it counts as lost', async () => {
  let asked = 0;
  const cluster = scriptedCluster({
    jobs: () => [job([['Complete', 'CompletionsReached']])],
    pods: () => [pod({ phase: 'Succeeded', trainer: ended })],
    log: async function* (_request, signal) {
      asked += 1;
      if (asked === 1) await delay(60_000, undefined, { signal });
      yield `2026-01-01T00:00:32Z {"laurel":"output","digest":"${digest}"}`;
    },
  });
  await all(watching(cluster));
  expect(outcomesIn(cluster)).toEqual([{ kind: 'done', output: digest }]);
});

test('a pod that is missed after hours of work does not wait since the start of the Job', async () => {
  const started = job();
  Object.assign(started.status ?? {}, { startTime: '2026-01-01T00:00:00Z' });
  const cluster = scriptedCluster({ jobs: () => [started], pods: () => [] });
  const seen = await all(watching(cluster, 300));
  expect(seen.at(-1)?.waiting).toBe('0 of 1 pods have been made');
  expect(cluster.patches).toEqual([]);
});

test('a Job that somebody removes ends the watch, and nothing is said of it', async () => {
  const removed = job();
  Object.assign(removed.metadata ?? {}, { deletionTimestamp: '2026-01-01T00:10:00Z' });
  const cluster = scriptedCluster({ jobs: () => [removed], pods: () => [] });
  const began = performance.now();
  await all(watching(cluster));
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(cluster.patches).toEqual([]);
});

test('a server that closes each watch at once is not asked without a pause', async () => {
  const runs = pod({ trainer: running });
  const cluster = scriptedCluster({ jobs: () => [job()], pods: () => [runs], watches: 'closed' });
  await all(watching(cluster, 600));
  expect(cluster.lists.pods).toBeLessThan(10);
});

test('what the status tells of a log that is gone has no secrets either', async () => {
  const failed = pod({ phase: 'Failed', trainer: exited(1) });
  Object.assign(failed.status?.containerStatuses?.[0]?.state?.terminated ?? {}, {
    message: 'login with hunter2 failed',
  });
  const cluster = scriptedCluster({
    jobs: () => [],
    pods: () => [],
    log: async function* () {
      yield* [];
      throw new Error('the node is gone');
    },
    mask: (line) => line.replace('hunter2', '***'),
  });
  expect((await readLastWords(cluster, [failed]))['churn-1-0']?.line).toBe('login with *** failed');
});

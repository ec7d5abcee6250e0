import { jest } from '@jest/globals';
import type { V1Job } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import { createKubernetesJobLauncher } from '@laurel/kubernetes';
import { ensureAttempt } from '../../../libs/kubernetes/src/attempts/ensure-attempt.js';
import { ensureService } from '../../../libs/kubernetes/src/attempts/ensure-service.js';
import { removeJob } from '../../../libs/kubernetes/src/attempts/remove-job.js';
import { attemptName, jobKey } from '../../../libs/kubernetes/src/names.js';
import { job, jobSpec, kubernetesSettings, pod } from './builders.js';
import { httpCluster } from './http-cluster.js';
import { scriptedCluster } from './scripted-cluster.js';

const log = { info: () => undefined, warn: () => undefined };

/** A Job that is being removed and that somebody's finalizer holds. */
function heldJob(): V1Job {
  const held = job();
  const name = attemptName(jobSpec().name, 2);
  Object.assign(held.metadata ?? {}, { name, namespace: 'training', deletionTimestamp: '2026-01-01T00:10:00Z' });
  return held;
}

describe('what the cluster does not let go of is waited for, but not for ever', () => {
  let clock = 0;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => (clock += 10_000));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('by the removal of a job, which then names what stays', async () => {
    const cluster = scriptedCluster({ jobs: () => [heldJob()], pods: () => [pod()] });
    await expect(removeJob(cluster, 'churn', 1_000)).rejects.toMatchObject({
      code: 'DependencyUnavailable',
      message: expect.stringContaining('churn-1-0'),
    });
  });

  test('by the start of an attempt of the same name', async () => {
    const cluster = scriptedCluster({ jobs: () => [heldJob()], pods: () => [] });
    const context = { cluster, settings: kubernetesSettings(), log };
    await expect(ensureAttempt(jobSpec(), context)).rejects.toMatchObject({
      code: 'DependencyUnavailable',
      message: expect.stringMatching(/is being removed and does not go/),
    });
  });

  test('by the Service of an attempt, when one that is not of its Job is there', async () => {
    const conflict = () => Promise.reject(new LaurelError('Conflict', 'it is there.'));
    const cluster = { ...scriptedCluster({ jobs: () => [], pods: () => [] }), createService: conflict };
    await expect(ensureService(cluster, {}, job())).rejects.toMatchObject({
      code: 'DependencyUnavailable',
      message: expect.stringMatching(/^Service churn-1 .* remove it\.$/),
    });
  });
});

test('a Job whose limits nobody can read has no end to wait for', async () => {
  const broken = job();
  const { name } = jobSpec();
  Object.assign(broken.metadata ?? {}, {
    labels: { 'laurel.dev/job': jobKey(name), 'laurel.dev/attempt': '1' },
    annotations: { 'laurel.dev/name': name, 'laurel.dev/limits': '{' },
  });
  await using server = await httpCluster(() => JSON.stringify({ items: [broken], metadata: { resourceVersion: '1' } }));
  const launcher = createKubernetesJobLauncher({ config: server.config, settings: kubernetesSettings(), log });
  await expect(launcher.outcome(name)).rejects.toMatchObject({
    code: 'Internal',
    message: expect.stringMatching(/no readable annotation laurel\.dev\/limits/),
  });
});

import { readFailure, translated } from '../../../libs/kubernetes/src/api/api-failures.js';
import { delayBefore, insistently } from '../../../libs/kubernetes/src/api/retry.js';

const answer = (code: number, body: object | string, headers: object = {}) =>
  Object.assign(new Error(`HTTP ${code}`), {
    code,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });

const said = (error: unknown) => translated(readFailure(error), 'create Job churn-1', error);

test('a refusal names the account, the verb, the resource and the place', () => {
  const message =
    'jobs.batch is forbidden: User "system:serviceaccount:laurel:worker" cannot create resource "jobs" in API group "batch" in the namespace "training"';
  expect(said(answer(403, { reason: 'Forbidden', message }))).toMatchObject({
    code: 'Forbidden',
    message:
      'service account worker of namespace laurel may not create jobs.batch in namespace training; bind it to the role in infra/kubernetes/rbac.yaml.',
  });
  const anybody = 'nodes "n" is forbidden: User "ada" cannot get resource "nodes" in API group "" at the cluster scope';
  expect(said(answer(403, { message: anybody })).message).toMatch(/^user ada may not get nodes; /);
  const quota = 'jobs "churn-1" is forbidden: exceeded quota: jobs';
  expect(said(answer(403, { message: quota })).message).toContain('exceeded quota: jobs');
});

test('what waiting can cure is told from what it cannot', () => {
  for (const code of [429, 500, 502, 503, 504]) expect(readFailure(answer(code, '')).transient).toBe(true);
  for (const code of [400, 401, 403, 404, 409, 410, 422]) expect(readFailure(answer(code, '')).transient).toBe(false);
  const refused = Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  });
  expect(readFailure(refused)).toMatchObject({ status: null, transient: true, message: 'connect ECONNREFUSED' });
});

test('a server that says when to come back is obeyed', () => {
  expect(readFailure(answer(429, '', { 'retry-after': '3' })).retryAfterMilliseconds).toBe(3_000);
  const date = new Date(Date.now() + 5_000).toUTCString();
  const waited = readFailure(answer(503, '', { 'retry-after': date })).retryAfterMilliseconds ?? 0;
  expect(waited).toBeGreaterThan(2_000);
  expect(waited).toBeLessThanOrEqual(5_000);
});

test('a server that says to come back at once is not asked without a pause', () => {
  for (const header of ['0', new Date(0).toUTCString()]) {
    expect(delayBefore(0, readFailure(answer(429, '', { 'retry-after': header })))).toBeGreaterThanOrEqual(100);
  }
});

test('an API server that does not answer is asked until patience ends, and the sentence says what was asked', async () => {
  let asked = 0;
  const failing = insistently(
    () => {
      asked += 1;
      return Promise.reject(answer(500, { message: 'etcd has no leader' }));
    },
    { what: 'create Job churn-1', patience: { requestMilliseconds: 100, budgetMilliseconds: 600 } },
  );
  await expect(failing).rejects.toMatchObject({
    code: 'DependencyUnavailable',
    message: expect.stringMatching(/did not create Job churn-1 .*etcd has no leader/),
  });
  expect(asked).toBeGreaterThan(1);
});

test('a refusal is not asked for twice', async () => {
  let asked = 0;
  const refused = insistently(
    () => {
      asked += 1;
      return Promise.reject(answer(422, { message: 'spec.template: Invalid value' }));
    },
    { what: 'create Job churn-1', patience: { requestMilliseconds: 100, budgetMilliseconds: 10_000 } },
  );
  await expect(refused).rejects.toMatchObject({ code: 'InvalidProject' });
  expect(asked).toBe(1);
});

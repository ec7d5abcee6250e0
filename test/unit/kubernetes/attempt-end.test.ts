import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { EndCause } from '@laurel/domain';
import { attemptEnd } from '../../../libs/kubernetes/src/state/attempt-end.js';
import { lastWords } from '../../../libs/kubernetes/src/state/last-words.js';
import { disruption, exited, job, pod, running } from './builders.js';

const failed = job([['Failed', 'BackoffLimitExceeded']]);
const failing = job([['FailureTarget', 'PodFailurePolicy']], { workers: 2 });

/** What an attempt of these pods ended for; the lines are those of its first rank. */
const endOf = (of: V1Job, pods: readonly V1Pod[], lines: readonly string[] = []) =>
  attemptEnd({ job: of, pods, said: { 'churn-1-0': lastWords(lines) } });

describe('the end of an attempt of one worker', () => {
  const exits: readonly (readonly [code: number, reason: string, cause: EndCause])[] = [
    [1, 'Error', 'crashed'],
    [64, 'Error', 'badParameters'],
    [65, 'Error', 'badData'],
    [75, 'Error', 'tryAgain'],
    [78, 'Error', 'badConfiguration'],
    [137, 'Error', 'killed'],
    [137, 'OOMKilled', 'outOfMemory'],
    [143, 'Error', 'disrupted'],
    [128, 'StartError', 'notStarted'],
  ];

  test.each(exits)('exit code %i (%s) is %s', (code, reason, cause) => {
    const end = endOf(failed, [pod({ phase: 'Failed', trainer: exited(code, reason) })], ['loading', 'boom']);
    expect(end).toMatchObject({ kind: 'ended', cause, exitCode: code });
    expect(end?.message).toMatch(/node-1/);
  });

  test('says the last line that was meant for people', () => {
    const lines = ['loading', 'ValueError: boom', '{"laurel":"progress","step":1}', 'laurel_trainer.pod: noted'];
    const end = endOf(failed, [pod({ phase: 'Failed', trainer: exited(1) })], lines);
    expect(end?.message).toContain('its last line was: ValueError: boom');
  });

  test('has the cause that the trainer names, in its words; of several the last', () => {
    const lines = [
      '{"laurel":"failure","cause":"badData","message":"column age is empty"}',
      '{"laurel":"failure","cause":"notANumber","step":3,"message":"loss is NaN at step 3"}',
    ];
    const end = endOf(failed, [pod({ phase: 'Failed', trainer: exited(65) })], lines);
    expect(end).toMatchObject({ cause: 'notANumber', exitCode: 65, message: 'loss is NaN at step 3.' });
  });

  test('is not what a trainer cannot know', () => {
    const lines = ['{"laurel":"failure","cause":"nodeLost","message":"no"}'];
    expect(endOf(failed, [pod({ phase: 'Failed', trainer: exited(1) })], lines)?.cause).toBe('crashed');
  });

  test('is the want of a model where the trainer said it was done', () => {
    const lines = ['{"laurel":"failure","cause":"noModel","message":"no model.onnx"}'];
    const end = endOf(failed, [pod({ phase: 'Failed', trainer: exited(1) })], lines);
    expect(end).toMatchObject({ cause: 'noModel', exitCode: 0, message: 'no model.onnx.' });
  });

  test('is a full disk by its last line, and by what the kubelet says', () => {
    const lines = ['OSError: [Errno 28] No space left on device'];
    expect(endOf(failed, [pod({ phase: 'Failed', trainer: exited(1) })], lines)?.cause).toBe('storageFull');
    const evicted = pod({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "output" exceeds the limit',
    });
    expect(endOf(failed, [evicted])?.cause).toBe('storageFull');
  });

  test('is that of the init step when this one failed', () => {
    const end = endOf(failed, [pod({ phase: 'Failed', fetch: exited(75) })]);
    expect(end).toMatchObject({ cause: 'tryAgain', exitCode: 75 });
    expect(end?.message).toContain('init step');
  });

  const taken: readonly (readonly [reason: string, cause: EndCause])[] = [
    ['EvictionByEvictionAPI', 'disrupted'],
    ['PreemptionByScheduler', 'disrupted'],
    ['TerminationByKubelet', 'disrupted'],
    ['DeletionByTaintManager', 'nodeLost'],
    ['DeletionByPodGC', 'nodeLost'],
  ];

  test.each(taken)('is free when the cluster took the pod: %s is %s, whatever the exit code', (reason, cause) => {
    const look = { phase: 'Failed', conditions: [disruption(reason)] } as const;
    for (const code of [1, 64, 137, 143]) {
      const end = endOf(failed, [pod({ ...look, trainer: exited(code) })]);
      expect(end).toMatchObject({ cause, exitCode: code });
      expect(end?.message).toContain(reason);
    }
  });

  test('is known as soon as a pod that is taken leaves, before the Job has failed', () => {
    const leaving = pod({ leaving: true, trainer: running, conditions: [disruption('EvictionByEvictionAPI')] });
    expect(endOf(job(), [leaving])).toMatchObject({ cause: 'disrupted', exitCode: null });
  });

  test('is that of the pod that runs, not of one that was taken before and replaced', () => {
    const taken = pod({ phase: 'Failed', trainer: exited(143), conditions: [disruption('TerminationByKubelet')] });
    expect(endOf(job(), [taken, pod({ replaces: 1, trainer: running })])).toBeUndefined();
    const crashed = pod({ replaces: 1, phase: 'Failed', trainer: exited(1) });
    expect(endOf(failed, [crashed, taken])).toMatchObject({ cause: 'crashed', exitCode: 1 });
  });

  test('is not there when an eviction was announced and did not come', () => {
    const staying = pod({ trainer: running, conditions: [disruption('EvictionByEvictionAPI')] });
    expect(endOf(job(), [staying])).toBeUndefined();
  });

  test('is disrupted when somebody deleted the pod, seen or not', () => {
    const deleted = pod({ phase: 'Failed', leaving: true, trainer: exited(137) });
    expect(endOf(failed, [deleted])?.cause).toBe('disrupted');
    expect(endOf(failed, [])?.cause).toBe('disrupted');
  });

  test('is disrupted when the node refused the pod or went down', () => {
    const refused = pod({ phase: 'Failed', reason: 'OutOfnvidia.com/gpu', message: 'none left' });
    expect(endOf(failed, [refused])?.cause).toBe('disrupted');
    const shut = pod({
      phase: 'Failed',
      reason: 'Terminated',
      message: 'imminent node shutdown',
      trainer: exited(143),
    });
    expect(endOf(failed, [shut])?.cause).toBe('disrupted');
  });

  test('is a lost node when the kubelet lost track of the container', () => {
    const look = { phase: 'Failed', trainer: exited(137, 'ContainerStatusUnknown') } as const;
    expect(endOf(failed, [pod(look)])).toMatchObject({ cause: 'nodeLost', exitCode: null });
  });

  test('is the deadline when the Job controller says so', () => {
    const late = job([['Failed', 'DeadlineExceeded']]);
    const end = endOf(late, [pod({ phase: 'Failed', leaving: true, trainer: exited(143) })]);
    expect(end).toMatchObject({ cause: 'deadline', exitCode: 143 });
  });

  test('is not there while the attempt may go on, is suspended, or has succeeded', () => {
    expect(endOf(job(), [pod({ trainer: running })])).toBeUndefined();
    expect(endOf(job(), [pod({ phase: 'Failed', trainer: exited(1) })])).toBeUndefined();
    expect(endOf(job([['Complete', 'CompletionsReached']]), [])).toBeUndefined();
    const suspended = job([['Suspended', 'JobSuspended']], { suspend: true });
    expect(endOf(suspended, [pod({ phase: 'Failed', leaving: true, trainer: exited(143) })])).toBeUndefined();
  });
});

describe('the end of an attempt of several workers', () => {
  const ranks = (...looks: readonly Parameters<typeof pod>[0][]) => looks.map((look, rank) => pod({ ...look, rank }));

  test('is that of the machine that was taken, not of the ranks that failed for the lack of it', () => {
    const pods = ranks(
      { phase: 'Failed', trainer: exited(1, 'Error', 1) },
      { phase: 'Failed', trainer: exited(143, 'Error', 5), conditions: [disruption('PreemptionByScheduler')] },
    );
    expect(endOf(failing, pods)).toMatchObject({ cause: 'disrupted', exitCode: 1 });
  });

  test.each([
    [75, 'Error'],
    [137, 'Error'],
    [137, 'OOMKilled'],
  ])('is that of the machine that was taken also when another rank ends with %i (%s)', (code, reason) => {
    const pods = ranks(
      { phase: 'Failed', trainer: exited(code, reason, 1) },
      { leaving: true, phase: 'Failed', trainer: exited(143), conditions: [disruption('EvictionByEvictionAPI')] },
    );
    expect(endOf(failing, pods)).toMatchObject({ cause: 'disrupted', exitCode: code });
  });

  test('is that of the rank that was killed, not of those that crashed by its silence', () => {
    const pods = ranks(
      { phase: 'Failed', trainer: exited(1, 'Error', 3) },
      { phase: 'Failed', trainer: exited(137, 'Error', 3) },
    );
    const end = endOf(failing, pods);
    expect(end).toMatchObject({ cause: 'killed', exitCode: 1 });
    expect(end?.message).toMatch(/^rank 1: /);
  });

  test('is that of the rank that crashed, not of those that were stopped because of it', () => {
    const pods = ranks(
      { phase: 'Failed', leaving: true, trainer: exited(143, 'Error', 2) },
      { phase: 'Failed', trainer: exited(1, 'Error', 2) },
    );
    expect(endOf(failing, pods)).toMatchObject({ cause: 'crashed', exitCode: 143 });
  });

  test('is what a rank knows rather than that it lost another', () => {
    const lost = lastWords(['{"laurel":"failure","cause":"peerLost","message":"rank 1 is gone"}']);
    const pods = ranks(
      { phase: 'Failed', trainer: exited(75, 'Error', 1) },
      { phase: 'Failed', trainer: exited(137, 'OOMKilled', 2) },
    );
    const end = attemptEnd({ job: failing, pods, said: { 'churn-1-0': lost } });
    expect(end?.cause).toBe('outOfMemory');
  });

  test('of two that crashed alike it is the first', () => {
    const pods = ranks(
      { phase: 'Failed', trainer: exited(1, 'Error', 9) },
      { phase: 'Failed', trainer: exited(1, 'Error', 4) },
    );
    expect(endOf(failing, pods)?.message).toMatch(/^rank 1: /);
  });
});

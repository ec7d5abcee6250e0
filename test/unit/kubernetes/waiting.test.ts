import { signsAfter, signsAtStart } from '@laurel/domain';
import { verdictOn } from '../../../libs/kubernetes/src/state/supervise.js';
import { waitingFor } from '../../../libs/kubernetes/src/state/waiting.js';
import { exited, job, limitsOf, pod, running } from './builders.js';

const made = Date.parse('2026-01-01T00:00:00Z');
const limits = limitsOf(1);

const unschedulable = pod({
  phase: 'Pending',
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
    },
  ],
});
const pulling = (reason: string, rank = 0) =>
  pod({ rank, phase: 'Pending', fetch: { waiting: { reason, message: 'manifest unknown' } } });

describe('what an attempt waits for', () => {
  test('is nothing while it runs and after it has ended', () => {
    expect(waitingFor(job(), [pod({ trainer: running })], null)).toBeUndefined();
    expect(waitingFor(job(), [pod({ phase: 'Failed', trainer: exited(1) })], null)).toBeUndefined();
  });

  test('is told in the words of the scheduler', () => {
    const waiting = waitingFor(job(), [unschedulable], null);
    expect(waiting).toMatchObject({ becomes: 'unschedulable', since: made, hopeless: false });
    expect(waiting?.reason).toContain('3 Insufficient nvidia.com/gpu');
  });

  test('is told in the words of the kubelet', () => {
    expect(waitingFor(job(), [pulling('ImagePullBackOff')], null)).toMatchObject({
      reason: 'ImagePullBackOff: manifest unknown',
      becomes: 'badImage',
      hopeless: false,
    });
    expect(waitingFor(job(), [pulling('InvalidImageName')], null)).toMatchObject({ hopeless: true });
    expect(waitingFor(job(), [pulling('CreateContainerConfigError')], null)).toMatchObject({ becomes: 'notStarted' });
  });

  test('is told in the words of the Job controller when it cannot make a pod', () => {
    const trouble = 'pods "churn-1-" is forbidden: exceeded quota: gpus';
    const waiting = waitingFor(job(), [], { since: made, trouble });
    expect(waiting).toMatchObject({
      reason: 'pods "churn-1-" is forbidden: exceeded quota: gpus',
      since: made,
      becomes: 'unschedulable',
    });
  });

  test('is the slowest of several workers, and the most telling', () => {
    const two = job([], { workers: 2 });
    const missing = { since: made, trouble: null };
    expect(waitingFor(two, [pod({ trainer: running })], missing)?.reason).toBe('1 of 2 pods have been made');
    const pods = [unschedulable, pulling('ErrImagePull', 1)];
    expect(waitingFor(two, pods, null)?.becomes).toBe('badImage');
  });

  test('has no end while the Job is suspended', () => {
    const waiting = waitingFor(job([], { suspend: true }), [], null);
    expect(waiting).toMatchObject({ reason: 'the Job is suspended', since: null });
    expect(
      verdictOn({ limits, waiting, runningSince: null, signs: signsAtStart(0), image: 'i' }, made + 1e12),
    ).toBeUndefined();
  });
});

describe('the verdict on a live attempt', () => {
  const judge = (waiting: ReturnType<typeof waitingFor>, now: number) =>
    verdictOn({ limits, waiting, runningSince: null, signs: signsAtStart(now), image: 'churn:7' }, now);

  test('comes when a wait is too long, with the reason', () => {
    const waiting = waitingFor(job(), [unschedulable], null);
    expect(judge(waiting, made + 30_000)).toBeUndefined();
    const verdict = judge(waiting, made + 30_001);
    expect(verdict).toMatchObject({ cause: 'unschedulable' });
    expect(verdict?.message).toContain('3 Insufficient nvidia.com/gpu');
    const pull = judge(waitingFor(job(), [pulling('ErrImagePull')], null), made + 30_001);
    expect(pull).toMatchObject({ cause: 'badImage' });
    expect(pull?.message).toContain('image churn:7');
  });

  test('comes at once when waiting cannot help', () => {
    expect(judge(waitingFor(job(), [pulling('InvalidImageName')], null), made)?.cause).toBe('badImage');
  });

  const atWork = (signs: ReturnType<typeof signsAtStart>, now: number) =>
    verdictOn({ limits, waiting: undefined, runningSince: 0, signs, image: 'i' }, now)?.cause;

  test('is hung when no step comes, and only while it runs', () => {
    const signs = signsAfter(signsAtStart(0), { step: 3, totalSteps: 10 }, 1_000);
    expect(atWork(signs, 11_000)).toBeUndefined();
    expect(atWork(signs, 11_001)).toBe('hung');
    const idle = { limits, waiting: undefined, runningSince: null, signs, image: 'i' };
    expect(verdictOn(idle, 1e9)).toBeUndefined();
  });

  test('is the deadline when steps come for too long', () => {
    const signs = signsAfter(signsAtStart(0), { step: 3, totalSteps: 10 }, 60_000);
    expect(atWork(signs, 60_000)).toBeUndefined();
    expect(atWork(signs, 60_001)).toBe('deadline');
  });
});

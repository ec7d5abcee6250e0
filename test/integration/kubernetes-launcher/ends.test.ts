import { jest } from '@jest/globals';
import {
  type AttemptPolicy,
  type EndCause,
  endRules,
  firstAttempt,
  type JobOutcome,
  type JobProgress,
  type JobSpec,
  nextAttempt,
} from '@laurel/domain';
import { allProgress, until } from '../../contract/job-launcher.contract.js';
import { clusterIsHere } from '../../support/kubernetes/test-cluster.js';
import { type Given, givenLauncher, type LauncherWorld } from './given-launcher.js';

jest.setTimeout(180_000);

const policy: AttemptPolicy = {
  maximumAttempts: 3,
  spot: true,
  fallbackAfterPreemptions: 5,
  deadlineMilliseconds: 3_600_000,
};

/** Four steps with a checkpoint after each in the first attempt, then `event`; later attempts go on and are done. */
const fourSteps = (event: string) => `
  await tenSteps(async (step) => {
    if (env.LAUREL_FENCE === '1' && step === 4) { tell('ready'); ${event} }
    await sleep(20);
  });
`;
const wait = `await sleep(120_000);`;

interface Row {
  readonly script: string;
  readonly change?: Partial<JobSpec>;
  readonly given?: Given;
  /** What is done to the first attempt once its trainer has said that it is ready. */
  readonly act?: (world: LauncherWorld, pod: string) => Promise<void> | void;
  readonly cause: EndCause;
  readonly exitCode: number | null;
  /** What the message says. */
  readonly says: RegExp;
  readonly charged: boolean;
  readonly again: boolean;
  readonly advice: RegExp;
}

const disrupted = { charged: false, again: true, advice: /nothing needs to be done/ } as const;

const rows: Readonly<Record<string, Row>> = {
  'an eviction (DisruptionTarget)': {
    ...disrupted,
    script: fourSteps(`process.on('SIGTERM', () => process.exit(143)); ${wait}`),
    act: ({ agent }, pod) => agent.evict(pod),
    cause: 'disrupted',
    exitCode: 143,
    says: /the cluster took pod .* away \(EvictionByEvictionAPI/,
  },
  'an eviction of a trainer that ignores SIGTERM': {
    ...disrupted,
    script: fourSteps(`process.on('SIGTERM', () => {}); ${wait}`),
    act: ({ agent }, pod) => agent.evict(pod),
    cause: 'disrupted',
    exitCode: 137,
    says: /EvictionByEvictionAPI/,
  },
  'a machine that shuts down in an orderly way': {
    ...disrupted,
    script: fourSteps(`process.on('SIGTERM', () => process.exit(143)); ${wait}`),
    act: ({ agent }, pod) => agent.shutDown(pod),
    cause: 'disrupted',
    exitCode: 143,
    says: /TerminationByKubelet/,
  },
  'a SIGTERM that nobody announced (143 without condition)': {
    ...disrupted,
    script: fourSteps(`process.on('SIGTERM', () => process.exit(143)); ${wait}`),
    act: ({ agent }, pod) => agent.kill(pod, 'SIGTERM'),
    cause: 'disrupted',
    exitCode: 143,
    says: /was asked to stop in pod/,
  },
  'a bare SIGKILL': {
    script: fourSteps(wait),
    act: ({ agent }, pod) => agent.kill(pod),
    cause: 'killed',
    exitCode: 137,
    says: /SIGKILL/,
    charged: false,
    again: true,
    advice: /find out who kills/,
  },
  'a node that is gone': {
    ...disrupted,
    given: { nodes: [{ name: 'one' }, { name: 'two' }] },
    script: fourSteps(wait),
    change: { silenceMilliseconds: 150_000, deadlineMilliseconds: 150_000 },
    act: loseNodeOf,
    cause: 'nodeLost',
    exitCode: null,
    says: /DeletionByPodGC/,
  },
  'a node that is gone, found out by the silence of its trainer': {
    ...disrupted,
    given: { nodes: [{ name: 'one' }, { name: 'two' }] },
    script: fourSteps(wait),
    change: { silenceMilliseconds: 6_000 },
    act: loseNodeOf,
    cause: 'nodeLost',
    exitCode: null,
    says: /^node one-\w+ of the trainer is gone|^node two-\w+ of the trainer is gone/,
  },
  'a want of memory (OOMKilled)': {
    script: fourSteps(`const held = []; for (;;) { held.push(Buffer.alloc(16 * 2 ** 20, 1)); await sleep(20); }`),
    change: {
      resources: {
        cpus: 1,
        memoryBytes: 300 * 2 ** 20,
        gpu: { count: 0, kind: null, shared: false },
        sharedMemoryBytes: null,
      },
    },
    cause: 'outOfMemory',
    exitCode: 137,
    says: /ran out of memory .*limit of 300Mi/,
    charged: true,
    again: false,
    advice: /raise spec\.training\.resources\.memory/,
  },
  'exit code 1': {
    script: fourSteps(`console.log('ValueError: boom'); process.exit(1);`),
    cause: 'crashed',
    exitCode: 1,
    says: /exit code 1 .*its last line was: ValueError: boom/,
    charged: true,
    again: true,
    advice: /read the log/,
  },
  'exit code 64': {
    script: fourSteps(`process.exit(64);`),
    cause: 'badParameters',
    exitCode: 64,
    says: /exit code 64/,
    charged: true,
    again: false,
    advice: /correct spec\.training\.parameters/,
  },
  'a NaN loss': {
    script: fourSteps(
      `say({ laurel: 'failure', cause: 'notANumber', step, message: 'loss is NaN at step ' + step }); process.exit(65);`,
    ),
    cause: 'notANumber',
    exitCode: 65,
    says: /loss is NaN at step 4/,
    charged: true,
    again: false,
    advice: /lower the learning rate/,
  },
  'a hang': {
    script: fourSteps(`for (;;) { console.log('still here'); await sleep(100); }`),
    change: { silenceMilliseconds: 2_500 },
    cause: 'hung',
    exitCode: 143,
    says: /made no step after 4 for longer than spec\.training\.silence \(2\.5 s\)/,
    charged: true,
    again: true,
    advice: /report progress more often/,
  },
};

async function loseNodeOf({ agent, pods }: LauncherWorld, name: string): Promise<void> {
  const pod = (await pods()).find(({ metadata }) => metadata?.name === name);
  const lost = ['one', 'two'].find((node) => agent.nodeName(node) === pod?.spec?.nodeName);
  await agent.loseNode(lost ?? '');
}

const here = clusterIsHere() ? describe : describe.skip;

here('an attempt on Kubernetes', () => {
  test.each(Object.entries(rows))(
    '%s is recognised, charged as it should be, and resumed where it can',
    async (_, row) => {
      const world = await givenLauncher(row.given);
      const { launcher } = world;
      const spec = await world.job(row.script, row.change);
      await launcher.ensure(spec);
      const seen: JobProgress[] = [];
      const watching = (async () => {
        for await (const progress of launcher.watch(spec.name, new AbortController().signal)) seen.push(progress);
      })();
      if (row.act !== undefined) {
        await until(async () => ((await world.told()).includes('ready') ? true : undefined), 60);
        await until(() => (seen.at(-1)?.checkpointStep === 4 ? true : undefined), 20);
        await row.act(world, (await world.pods()).at(-1)?.metadata?.name ?? '');
      }
      await watching;
      const last = seen.at(-1);
      const outcome = endOf(await launcher.outcome(spec.name));
      expect(outcome).toMatchObject({
        cause: row.cause,
        exitCode: row.exitCode,
        message: expect.stringMatching(row.says),
      });
      expect(outcome.message).toMatch(/^[^\n]+\.$/);
      expect(last?.checkpointStep).toBe(4);
      const decision = decide(outcome, last?.step ?? 0);
      expect([decision.charged, decision.kind]).toEqual([row.charged, row.again ? 'again' : 'giveUp']);
      expect(adviceOn(outcome)).toMatch(row.advice);
      if (!row.again) return;
      await launcher.ensure({
        ...spec,
        attempt: 2,
        fence: 2,
        ...(row.change?.silenceMilliseconds ? { silenceMilliseconds: 30_000 } : {}),
      });
      expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
      expect((await world.told()).filter((line) => line.startsWith('from'))).toEqual(['from 0', 'from 4']);
    },
  );

  test('no node that fits is told in the words of the scheduler, and moves from spot to on-demand capacity uncharged', async () => {
    const world = await givenLauncher({ nodes: [{ name: 'node', gpus: 1 }] });
    const spec = await world.job(`done();`, {
      pendingMilliseconds: 4_000,
      resources: {
        cpus: 1,
        memoryBytes: 2 ** 30,
        gpu: { count: 8, kind: null, shared: false },
        sharedMemoryBytes: null,
      },
    });
    await world.launcher.ensure(spec);
    const seen = await allProgress(world.launcher, spec.name);
    expect(seen.map(({ waiting }) => waiting).join('\n')).toMatch(
      /nodes are available: .*Insufficient nvidia\.com\/gpu/,
    );
    const outcome = endOf(await world.launcher.outcome(spec.name));
    expect(outcome).toMatchObject({ cause: 'unschedulable', exitCode: null });
    expect(outcome.message).toMatch(
      /^no node took the trainer within spec\.training\.pending \(4 s\): .*Insufficient nvidia\.com\/gpu/,
    );
    const moved = decide(outcome, 0);
    expect(moved).toMatchObject({ kind: 'again', charged: false, history: { placement: 'onDemand' } });
    expect(nextAttempt(moved.history, endFor(outcome, 0), policy)).toMatchObject({
      kind: 'giveUp',
      code: 'NoCapacity',
    });
    expect(await world.launcher.running()).toEqual([]);
  });

  test('an image that is not there is told in the words of the kubelet, and final', async () => {
    const world = await givenLauncher();
    const spec = await world.job(`done();`, { image: 'registry.invalid/churn:7', pendingMilliseconds: 4_000 });
    await world.launcher.ensure(spec);
    const seen = await allProgress(world.launcher, spec.name);
    expect(seen.map(({ waiting }) => waiting).join('\n')).toMatch(/ImagePullBackOff|ErrImagePull/);
    const outcome = endOf(await world.launcher.outcome(spec.name));
    expect(outcome).toMatchObject({ cause: 'badImage', exitCode: null });
    expect(outcome.message).toMatch(/^image registry\.invalid\/churn:7 could not be pulled/);
    expect(decide(outcome, 0)).toMatchObject({ kind: 'giveUp', charged: true, code: 'ImageMissing' });
  });

  test('a Job that is suspended has not ended: it waits, and goes on from its checkpoint in the same attempt', async () => {
    const world = await givenLauncher();
    const { launcher, batch, agent } = world;
    const spec = await world.job(fourSteps(`process.on('SIGTERM', () => process.exit(143)); ${wait}`), {
      pendingMilliseconds: 30_000,
      silenceMilliseconds: 10_000,
    });
    await launcher.ensure(spec);
    const watching = allProgress(launcher, spec.name);
    await until(async () => ((await world.told()).includes('ready') ? true : undefined), 60);
    const [job] = (await batch.listNamespacedJob({ namespace: agent.namespace })).items;
    const suspend = async (value: boolean) => {
      const body = [{ op: 'add', path: '/spec/suspend', value }];
      await batch.patchNamespacedJob({ name: job?.metadata?.name ?? '', namespace: agent.namespace, body });
    };
    await suspend(true);
    await until(async () => ((await world.pods()).length === 0 ? true : undefined), 30);
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    expect(await launcher.running()).toEqual([spec.name]);
    await suspend(false);
    const seen = await watching;
    expect(seen.map(({ waiting }) => waiting)).toContain('the Job is suspended');
    expect(seen.at(-1)).toMatchObject({ attempt: 1, step: 10, checkpointStep: 10, waiting: null });
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect((await world.told()).filter((line) => line.startsWith('from'))).toEqual(['from 0', 'from 4']);
  });

  test('an eviction while no worker runs is made good by the Job itself, from the checkpoint, in the same attempt', async () => {
    const world = await givenLauncher();
    const spec = await world.job(fourSteps(`process.on('SIGTERM', () => process.exit(143)); ${wait}`));
    await world.launcher.ensure(spec);
    await until(async () => ((await world.told()).includes('ready') ? true : undefined), 60);
    await world.agent.evict((await world.pods()).at(-1)?.metadata?.name ?? '');
    await until(async () => ((await world.told()).includes('from 4') ? true : undefined), 60);
    const later = world.anotherLauncher();
    await later.ensure(spec);
    expect(await later.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('pods that a quota forbids are told in the words of the cluster', async () => {
    const world = await givenLauncher();
    const { namespace } = world.agent;
    const body = { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
    await world.core.createNamespacedResourceQuota({ namespace, body });
    const spec = await world.job(`done();`, { pendingMilliseconds: 9_000 });
    await world.launcher.ensure(spec);
    const outcome = endOf(await world.launcher.outcome(spec.name));
    expect(outcome.cause).toBe('unschedulable');
    expect(outcome.message).toMatch(/exceeded quota: none/);
  });

  test('twenty preemptions in a row leave three attempts untouched', async () => {
    let history = firstAttempt(policy);
    const outcome = { kind: 'ended', cause: 'disrupted', exitCode: 143, message: 'taken.' } as const;
    for (let count = 0; count < 20; count += 1) {
      const decision = nextAttempt(history, endFor(outcome, count), policy);
      expect(decision).toMatchObject({ kind: 'again', charged: false });
      history = decision.history;
    }
    expect(history).toMatchObject({ attempt: 21, charged: 0, placement: 'onDemand' });
  });
});

type Ended = Extract<JobOutcome, { kind: 'ended' }>;

function endOf(outcome: JobOutcome): Ended {
  if (outcome.kind !== 'ended') throw new Error(`the attempt ended well: ${JSON.stringify(outcome)}`);
  return outcome;
}

const endFor = ({ cause, message }: Ended, step: number) =>
  ({ cause, message, step, checkpointStep: step, ranMilliseconds: 1_000 }) as const;

/** What the workflow decides after a first attempt that ended so. */
function decide(outcome: Ended, step: number) {
  return nextAttempt(firstAttempt(policy), endFor(outcome, step), policy);
}

/** What the workflow says when it gives up after such an end. */
function adviceOn(outcome: Ended): string {
  const spent = { ...firstAttempt(policy), charged: policy.maximumAttempts - 1 };
  const decision = nextAttempt(spent, endFor(outcome, 0), { ...policy, deadlineMilliseconds: 1e12 });
  return decision.kind === 'giveUp' ? decision.message : endRules[outcome.cause].advice;
}

import type { JobProgress, JobSpec } from '@laurel/domain';
import type { JobLauncher } from '@laurel/ports';
import { waysToEnd } from './job-launcher.ends.js';

/** A place where an adapter of the port runs jobs whose trainers are scripts (`script-trainer.ts` says what is at hand). */
export interface JobLauncherWorld {
  readonly launcher: JobLauncher;
  /** A launcher as another worker would have it. */
  readonly anotherLauncher: () => JobLauncher;
  /** A job of attempt 1 and one fixed name, unless `change` says otherwise. */
  readonly job: (script: string, change?: Partial<JobSpec>) => Promise<JobSpec>;
  /** Lines that trainers left with `tell`. */
  readonly told: () => Promise<readonly string[]>;
  /** Lets trainers go on that wait with `pass(gate)`. */
  readonly open: (gate: string) => Promise<void>;
  /** How much slower than processes of one machine jobs start and end here; 1 for those. */
  readonly pace: number;
}

/** What every launcher promises, whatever it runs trainers on. */
export function jobLauncherContract(adapter: string, given: () => Promise<JobLauncherWorld>): void {
  describe(`the job launcher: ${adapter}`, () => {
    startingAndFinding(given);
    programsThatAreNoTrainers(given);
    attemptsOfARun(given);
    waysToEnd(given);
    stopping(given);
  });
}

function startingAndFinding(given: () => Promise<JobLauncherWorld>): void {
  test('knows nothing of a job that never started, and removing it is harmless', async () => {
    const { launcher } = await given();
    await launcher.remove('nobody');
    expect(await launcher.running()).toEqual([]);
    expect(await launcher.log('nobody', 10)).toEqual([]);
    await expect(launcher.outcome('nobody')).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('starting an attempt twice attaches, while it runs and after it has ended', async () => {
    const { launcher, job, open, told } = await given();
    const spec = await job(`tell('begun'); console.log('begun'); await pass('end'); done();`);
    await launcher.ensure(spec);
    await launcher.ensure(spec);
    expect(await launcher.running()).toEqual([spec.name]);
    await open('end');
    const outcome = await launcher.outcome(spec.name);
    expect(outcome).toMatchObject({ kind: 'done', output: expect.stringMatching(/^sha256:/) });
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toEqual(outcome);
    expect(await launcher.running()).toEqual([]);
    expect(await launcher.log(spec.name, 10)).toEqual(['begun']);
    expect(await told()).toEqual(['begun']);
  });

  test('another worker attaches and sees how the job ends', async () => {
    const { launcher, anotherLauncher, job, open, told } = await given();
    const spec = await job(`tell('begun'); progress(1); await pass('end'); progress(2); done();`);
    await launcher.ensure(spec);
    const other = anotherLauncher();
    await other.ensure(spec);
    await open('end');
    expect((await allProgress(other, spec.name)).at(-1)?.step).toBe(2);
    expect(await other.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await launcher.outcome(spec.name)).toEqual(await other.outcome(spec.name));
    expect(await told()).toEqual(['begun']);
  });

  test('a job with another spec under the same attempt is left alone, and whoever asked is told', async () => {
    const { launcher, anotherLauncher, job, open } = await given();
    const spec = await job(`await pass('end'); done();`);
    await launcher.ensure(spec);
    const other = anotherLauncher();
    await other.ensure({ ...spec, seed: spec.seed + 1 });
    expect(await allProgress(other, spec.name)).toEqual([]);
    expect(await other.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'foreignJob', exitCode: null });
    await other.remove(spec.name);
    expect(await launcher.running()).toEqual([spec.name]);
    await open('end');
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('who stops watching does not stop the job', async () => {
    const { launcher, job, open } = await given();
    const spec = await job(`progress(1); await pass('end'); done();`);
    await launcher.ensure(spec);
    const leaving = new AbortController();
    for await (const _ of launcher.watch(spec.name, leaving.signal)) leaving.abort();
    expect(await launcher.running()).toEqual([spec.name]);
    await open('end');
    expect((await launcher.outcome(spec.name)).kind).toBe('done');
  });

  test('progress says where the job is, never goes back, and ends with the job', async () => {
    const { launcher, job } = await given();
    const spec = await job(`
      for (let step = 1; step <= 6; step += 1) { progress(step, 6); if (step % 2 === 0) commit(step); await sleep(120); }
      done();
    `);
    await launcher.ensure(spec);
    const seen = await allProgress(launcher, spec.name);
    expect(seen.at(-1)).toMatchObject({ attempt: 1, step: 6, totalSteps: 6, waiting: null, checkpointStep: 6 });
    expect(seen.at(-1)?.metrics['loss']).toBeCloseTo(1 / 6);
    expect(seen.at(-1)?.node).toMatch(/./);
    const steps = seen.map(({ step }) => step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps).size).toBeGreaterThan(2);
    const checkpoints = seen.map(({ checkpointStep }) => checkpointStep ?? 0);
    expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => a - b));
  });

  test('watching a job that says nothing gives its place, and ends with it', async () => {
    const { launcher, job } = await given();
    const spec = await job(`done();`);
    await launcher.ensure(spec);
    const seen = await allProgress(launcher, spec.name);
    expect(seen.at(-1)).toMatchObject({ attempt: 1, step: 0, totalSteps: null, checkpointStep: null });
  });

  test('the log gives the last lines', async () => {
    const { launcher, job } = await given();
    const spec = await job(`for (let line = 1; line <= 300; line += 1) console.log('line ' + line); done();`);
    await launcher.ensure(spec);
    await launcher.outcome(spec.name);
    expect(await launcher.log(spec.name, 3)).toEqual(['line 298', 'line 299', 'line 300']);
  });
}

function programsThatAreNoTrainers(given: () => Promise<JobLauncherWorld>): void {
  test('a program without data need not leave a model, and gets its own variables', async () => {
    const { launcher, job, told } = await given();
    const variables = { MLFLOW_EXPERIMENT_ID: '7', PRICE: '$(HOME) $5' };
    const spec = await job(`tell(env.MLFLOW_EXPERIMENT_ID + ' ' + env.PRICE); console.log('done');`, {
      data: null,
      variables,
    });
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toMatchObject({
      kind: 'done',
      output: expect.stringMatching(/^sha256:/),
    });
    expect(await told()).toEqual(['7 $(HOME) $5']);
  });

  test('a program without data that fails has failed', async () => {
    const { launcher, job } = await given();
    const spec = await job(`console.log('no luck'); process.exit(3);`, { data: null });
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'crashed', exitCode: 3 });
  });
}

function attemptsOfARun(given: () => Promise<JobLauncherWorld>): void {
  test('the next attempt goes on from the newest checkpoint of the run, with a higher fence', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`
      tell('fence ' + env.LAUREL_FENCE);
      await tenSteps(async (step) => { if (step === 4 && env.LAUREL_FENCE === '1') process.exit(1); });
    `);
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'crashed', exitCode: 1 });
    await launcher.ensure({ ...spec, attempt: 2 });
    const seen = await allProgress(launcher, spec.name);
    expect(seen.at(-1)).toMatchObject({ attempt: 2, step: 10, checkpointStep: 10 });
    expect(seen.every(({ attempt, checkpointStep }) => attempt === 2 && (checkpointStep ?? 0) >= 4)).toBe(true);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await told()).toEqual(['fence 1', 'from 0', 'fence 2', 'from 4']);
  });

  test('a torn checkpoint is passed over for the one before it', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`
      const shard = env.LAUREL_CHECKPOINT_DIR + '/4/1/shard-0.bin';
      await tenSteps(async (step) => {
        if (step === 4 && env.LAUREL_FENCE === '1') { writeFileSync(shard, 'stat'); process.exit(1); }
      });
    `);
    await launcher.ensure(spec);
    await launcher.outcome(spec.name);
    await launcher.ensure({ ...spec, attempt: 2 });
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await told()).toEqual(['from 0', 'from 3']);
  });

  test('an attempt below the present one is refused, and the present one goes on', async () => {
    const { launcher, anotherLauncher, job, open, told } = await given();
    const spec = await job(`tell('begun'); await pass('end'); done();`, { attempt: 3 });
    await launcher.ensure(spec);
    await expect(anotherLauncher().ensure({ ...spec, attempt: 2 })).rejects.toMatchObject({ code: 'StaleFence' });
    expect(await launcher.running()).toEqual([spec.name]);
    await open('end');
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await told()).toEqual(['begun']);
  });

  test('a higher attempt ends the one before it, which may still commit, and goes on from there', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`
      tell('from ' + resumed());
      if (resumed() > 0) { done(); process.exit(0); }
      process.on('SIGTERM', () => { commit(7); tell('stopped'); process.exit(143); });
      progress(1);
      await sleep(60_000);
    `);
    await launcher.ensure(spec);
    await until(async () => (await told()).at(0));
    await launcher.ensure({ ...spec, attempt: 2 });
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await told()).toEqual(['from 0', 'stopped', 'from 7']);
  });
}

function stopping(given: () => Promise<JobLauncherWorld>): void {
  test('a removed job is forgotten and may be started anew', async () => {
    const { launcher, job } = await given();
    const spec = await job(`console.log('begun'); await sleep(60_000);`);
    await launcher.ensure(spec);
    await launcher.remove(spec.name);
    await launcher.remove(spec.name);
    expect(await launcher.running()).toEqual([]);
    await expect(launcher.outcome(spec.name)).rejects.toMatchObject({ code: 'NotFound' });
    await launcher.ensure(await job(`done();`));
    expect((await launcher.outcome(spec.name)).kind).toBe('done');
  });

  test('removing a job lets the trainer commit a checkpoint, from which a later start goes on', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`
      process.on('SIGTERM', () => { commit(7); tell('stopped'); process.exit(143); });
      tell('from ' + resumed());
      progress(1);
      await sleep(60_000);
    `);
    await launcher.ensure(spec);
    await until(async () => (await told()).at(0));
    await launcher.remove(spec.name);
    await launcher.ensure(spec);
    await until(async () => (await told()).at(2));
    expect(await told()).toEqual(['from 0', 'stopped', 'from 7']);
  });

  test('removing a job whose trainer ignores SIGTERM kills it', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`process.on('SIGTERM', () => {}); tell(process.pid); await sleep(60_000);`);
    await launcher.ensure(spec);
    const pid = Number(await until(async () => (await told()).at(0)));
    await launcher.remove(spec.name);
    await until(() => (isGone(pid) ? true : undefined), 5);
  });

  test('watching ends when the job is removed', async () => {
    const { launcher, job, told } = await given();
    const spec = await job(`tell('begun'); progress(1); await sleep(60_000);`);
    await launcher.ensure(spec);
    const watching = allProgress(launcher, spec.name);
    await until(async () => (await told()).at(0));
    await launcher.remove(spec.name);
    await watching;
  });
}

/** A process that was killed stays in the table until its parent has taken notice. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** All progress of a job until it ends. */
export async function allProgress(launcher: JobLauncher, name: string): Promise<readonly JobProgress[]> {
  const seen: JobProgress[] = [];
  for await (const progress of launcher.watch(name, new AbortController().signal)) seen.push(progress);
  return seen;
}

/** Looks every 20 ms until `look` finds something; fails after `seconds`. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, seconds = 30): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`what the test waits for did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import type { JobSpec } from '@laurel/domain';
import type { JobLauncher } from '@laurel/ports';

/** A place where an adapter of the port runs jobs of JavaScript trainers; `say`, `progress` and `done` are at hand. */
export interface JobLauncherWorld {
  readonly launcher: JobLauncher;
  readonly job: (script: string) => Promise<JobSpec>;
}

/** What every launcher promises, whatever it runs trainers on. */
export function jobLauncherContract(adapter: string, given: () => Promise<JobLauncherWorld>): void {
  describe(`the job launcher: ${adapter}`, () => {
    test('knows nothing of a job that never started, and removing it is harmless', async () => {
      const { launcher } = await given();
      await launcher.remove('nobody');
      expect(await launcher.running()).toEqual([]);
      expect(await launcher.log('nobody', 10)).toEqual([]);
      await expect(launcher.outcome('nobody')).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('starting a job twice attaches, while it runs and after it has ended', async () => {
      const { launcher, job } = await given();
      const spec = await job(`console.log('begun'); await sleep(400); done();`);
      await launcher.ensure(spec);
      await launcher.ensure(spec);
      expect(await launcher.running()).toEqual([spec.name]);
      const outcome = await launcher.outcome(spec.name);
      expect(outcome.kind).toBe('done');
      await launcher.ensure(spec);
      expect(await launcher.outcome(spec.name)).toEqual(outcome);
      expect(await launcher.running()).toEqual([]);
      expect(await launcher.log(spec.name, 10)).toEqual(['begun']);
    });

    test('who stops watching does not stop the job', async () => {
      const { launcher, job } = await given();
      const spec = await job(`for (let step = 1; step <= 8; step += 1) { progress(step); await sleep(100); } done();`);
      await launcher.ensure(spec);
      const leaving = new AbortController();
      for await (const _ of launcher.watch(spec.name, leaving.signal)) leaving.abort();
      expect(await launcher.running()).toEqual([spec.name]);
      expect((await launcher.outcome(spec.name)).kind).toBe('done');
    });

    test('progress ends when the job has ended, with its last step', async () => {
      const { launcher, job } = await given();
      const spec = await job(`progress(1); await sleep(300); progress(2); done();`);
      await launcher.ensure(spec);
      const steps: number[] = [];
      for await (const { step } of launcher.watch(spec.name, new AbortController().signal)) steps.push(step);
      expect(steps.at(-1)).toBe(2);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    });

    test('a removed job is forgotten and may be started anew', async () => {
      const { launcher, job } = await given();
      const spec = await job(`console.log('begun'); await sleep(60000); done();`);
      await launcher.ensure(spec);
      await launcher.remove(spec.name);
      await launcher.remove(spec.name);
      expect(await launcher.running()).toEqual([]);
      await launcher.ensure(await job(`done();`));
      expect((await launcher.outcome(spec.name)).kind).toBe('done');
    });
  });
}

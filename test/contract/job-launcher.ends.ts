import type { EndCause, JobOutcome, JobSpec } from '@laurel/domain';
import type { JobLauncher } from '@laurel/ports';
import type { JobLauncherWorld } from './job-launcher.contract.js';

const endings: readonly (readonly [string, string, EndCause, number | null])[] = [
  ['exit code 1', `process.exit(1)`, 'crashed', 1],
  ['exit code 64', `process.exit(64)`, 'badParameters', 64],
  ['exit code 65', `process.exit(65)`, 'badData', 65],
  ['exit code 75', `process.exit(75)`, 'tryAgain', 75],
  ['exit code 78', `process.exit(78)`, 'badConfiguration', 78],
  ['exit code 143', `process.exit(143)`, 'disrupted', 143],
  ['a bare SIGKILL', `process.kill(process.pid, 'SIGKILL'); await sleep(9_000)`, 'killed', null],
  [
    'a named NaN',
    `say({ laurel: 'failure', cause: 'notANumber', step: 3, message: 'loss is NaN' }); process.exit(65)`,
    'notANumber',
    65,
  ],
  [
    'a named want of memory',
    `say({ laurel: 'failure', cause: 'outOfMemory', step: 3, message: 'CUDA is out of memory' }); process.exit(1)`,
    'outOfMemory',
    1,
  ],
  [
    'a named cause that no trainer can know',
    `say({ laurel: 'failure', cause: 'nodeLost' }); process.exit(1)`,
    'crashed',
    1,
  ],
  ['no model', `writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}')`, 'noModel', 0],
];

/** How every launcher tells the ends of a job apart. */
export function waysToEnd(given: () => Promise<JobLauncherWorld>): void {
  test.each(endings)('%s is told from other ends', async (_, script, cause, exitCode) => {
    const { launcher, job } = await given();
    const spec = await job(script);
    await launcher.ensure(spec);
    const outcome = await ended(launcher, spec);
    expect(outcome).toMatchObject({ cause, message: expect.stringMatching(/\w{3}/) });
    if (exitCode !== null) expect(outcome.exitCode).toBe(exitCode);
  });

  test('the name that a trainer gives its failure stands in the message', async () => {
    const { launcher, job } = await given();
    const spec = await job(`
      say({ laurel: 'failure', cause: 'badData', step: 0, message: 'column age is empty' });
      say({ laurel: 'failure', cause: 'notANumber', step: 3, message: 'loss is NaN' });
      process.exit(65);
    `);
    await launcher.ensure(spec);
    const { cause, message } = await ended(launcher, spec);
    expect(cause).toBe('notANumber');
    expect(message).toContain('loss is NaN');
  });

  test('a program that is not there has not started', async () => {
    const { launcher, job } = await given();
    const spec = await job('', { command: ['no-such-program', '--help'] });
    await launcher.ensure(spec);
    const { cause, message } = await ended(launcher, spec);
    expect(cause).toBe('notStarted');
    expect(message).toContain('no-such-program');
  });

  test('a trainer that talks but makes no new step is hung', async () => {
    const { launcher, job, pace } = await given();
    const spec = await job(`progress(1); for (;;) { progress(1); console.log('still here'); await sleep(50); }`, {
      silenceMilliseconds: 1_000 * pace,
    });
    await launcher.ensure(spec);
    expect((await ended(launcher, spec)).cause).toBe('hung');
    expect(await launcher.running()).toEqual([]);
  });

  test('a trainer that talks before its first step is not hung', async () => {
    const { launcher, job, pace } = await given();
    const spec = await job(
      `for (let at = 0; at < 30; at += 1) { console.log('loading'); await sleep(${60 * pace}); } done();`,
      { silenceMilliseconds: 1_200 * pace },
    );
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('a trainer that makes steps but does not end is stopped at its deadline', async () => {
    const { launcher, job, pace } = await given();
    const spec = await job(`for (let step = 1; ; step += 1) { progress(step); await sleep(50); }`, {
      deadlineMilliseconds: 2_000 * pace,
    });
    await launcher.ensure(spec);
    expect((await ended(launcher, spec)).cause).toBe('deadline');
    expect(await launcher.running()).toEqual([]);
  });
}

async function ended(launcher: JobLauncher, spec: JobSpec): Promise<Extract<JobOutcome, { kind: 'ended' }>> {
  const outcome = await launcher.outcome(spec.name);
  if (outcome.kind !== 'ended') throw new Error(`the job ended well: ${JSON.stringify(outcome)}`);
  return outcome;
}

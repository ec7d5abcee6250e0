import { readFile } from 'node:fs/promises';
import { isLaurelError } from '@laurel/contracts';
import { startOf } from '../../../libs/local/bin/process-identity.mjs';
import { allProgress, givenJobs } from './given-jobs.js';

test('a trainer is given data, parameters and folders, its progress is seen and its files are stored', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `
    if (readFileSync(env.LAUREL_DATA_DIR + '/train.parquet', 'utf8') !== 'train rows') process.exit(65);
    console.log('parameters ' + env.LAUREL_PARAMS + ' seed ' + env.LAUREL_SEED + ' every ' + env.LAUREL_CHECKPOINT_EVERY);
    progress(1); await sleep(300); commit(1); await sleep(300);
    say({ laurel: 'warning', message: 'a column is empty' }); await sleep(300);
    progress(2); done();
  `,
    { checkpointEvery: 25 },
  );
  await world.launcher.ensure(spec);

  const seen = await allProgress(world.launcher, spec.name);
  expect(seen.map(({ step, message }) => [step, message])).toEqual([
    [1, null],
    [1, 'checkpoint of step 1 committed'],
    [1, 'a column is empty'],
    [2, null],
  ]);
  expect(seen.at(-1)).toMatchObject({ totalSteps: 10, metrics: { loss: 0.5 } });
  const outcome = await world.launcher.outcome(spec.name);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  const manifest = JSON.parse(Buffer.from(await world.objects.get(outcome.output)).toString());
  expect(manifest.files.map((file: { path: string }) => file.path)).toEqual([
    'explain/background.parquet',
    'model.json',
    'model.onnx',
  ]);
  expect(await world.launcher.outcome(spec.name)).toEqual(outcome);
  expect(await world.launcher.log(spec.name, 5)).toEqual(['parameters {"depth":3} seed 7 every 25']);
});

test('a trainer sees nothing of its parent but what the protocol names', async () => {
  process.env['LAUREL_DATABASE_URL'] = 'postgres://secret';
  const world = await givenJobs();
  const spec = await world.job(`console.log(Object.keys(env).sort().join(' ')); done();`);
  await world.launcher.ensure(spec);
  await world.launcher.outcome(spec.name);
  const [names] = await world.launcher.log(spec.name, 1);
  expect(names?.split(' ').filter((name) => !name.startsWith('LAUREL_'))).toEqual(
    expect.arrayContaining(['HOME', 'LANG', 'PATH', 'TMPDIR']),
  );
  expect(names).not.toContain('DATABASE');
  delete process.env['LAUREL_DATABASE_URL'];
});

test.each([
  [64, false, 'exit code 64 (bad parameters); its last line was: that is no depth'],
  [65, false, 'exit code 65 (bad data)'],
  [78, false, 'exit code 78 (bad configuration)'],
  [75, true, 'exit code 75 (try again)'],
  [1, true, 'exit code 1'],
])('exit code %i is a failure, retryable: %s', async (code, retryable, message) => {
  const world = await givenJobs();
  const spec = await world.job(`console.error('that is no depth'); process.exitCode = ${code};`);
  await world.launcher.ensure(spec);
  const outcome = await world.launcher.outcome(spec.name);
  expect(outcome).toMatchObject({ kind: 'failed', code, retryable, message: expect.stringContaining(message) });
});

test('a trainer that says 143 was preempted', async () => {
  const world = await givenJobs();
  const spec = await world.job(`process.exit(143)`);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'preempted' });
});

test('a killed trainer is named as probably out of memory and may be tried again', async () => {
  const world = await givenJobs();
  const spec = await world.job(`process.kill(process.pid, 'SIGKILL'); await sleep(10000);`);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({
    kind: 'failed',
    retryable: true,
    errorCode: 'TrainerCrashed',
    message: expect.stringContaining('memory ran out'),
  });
});

test('a trainer that ends well without a model has failed, and what is missing is named', async () => {
  const world = await givenJobs();
  const spec = await world.job(`writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}');`);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({
    kind: 'failed',
    retryable: false,
    errorCode: 'TrainerWroteNoModel',
    message: expect.stringContaining('did not write model.onnx to'),
  });
});

test('a silent trainer is stopped as hung, also when it ignores SIGTERM and has children', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `
    import { spawn } from 'node:child_process';
    process.on('SIGTERM', () => {});
    const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    tell(child.pid);
    progress(1);
    setInterval(() => {}, 1000);
  `,
    { silenceMilliseconds: 700 },
  );
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'hung' });
  const child = Number(await readFile(`${world.project}/told.txt`, 'utf8'));
  expect(startOf(child)).toBeUndefined();
});

test('a trainer that talks but does not end is stopped at its deadline', async () => {
  const world = await givenJobs();
  const spec = await world.job(`for (;;) { progress(1); await sleep(50); }`, { deadlineMilliseconds: 700 });
  await world.launcher.ensure(spec);
  const outcome = await world.launcher.outcome(spec.name);
  expect(outcome).toMatchObject({ kind: 'failed', retryable: false, message: expect.stringContaining('deadline') });
});

test('a program that is not there is a failure that names it', async () => {
  const world = await givenJobs();
  const spec = await world.job('', { command: ['no-such-program'] });
  await world.launcher.ensure(spec);
  const outcome = await world.launcher.outcome(spec.name);
  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('no-such-program') });
});

test('python without an interpreter is refused before anything starts, and may start once there is one', async () => {
  const world = await givenJobs();
  const spec = await world.job('done()', { command: ['python', 'train.mjs'] });
  const refusal = await world.launcher.ensure(spec).catch((error: unknown) => error);
  expect(isLaurelError(refusal) && refusal.code).toBe('PythonMissing');
  const other = await world
    .anotherLauncher('/no/such/python')
    .ensure(spec)
    .catch((error: unknown) => error);
  expect(isLaurelError(other) && other.message).toContain('/no/such/python');
  const able = world.anotherLauncher(process.execPath);
  await able.ensure(spec);
  expect(await able.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('lines that look like the protocol but are not go to the log', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    console.log('{"laurel":"progress","step":1,"metrics":{"loss":NaN}}');
    console.log('{"other":1}');
    console.log('x'.repeat(200000) + 'END');
    say({ laurel: 'progress', step: 'three', metrics: { loss: 'low', auc: 0.5 } });
    done();
  `);
  await world.launcher.ensure(spec);
  const seen = await allProgress(world.launcher, spec.name);
  expect(seen).toEqual([{ step: 0, totalSteps: null, metrics: { auc: 0.5 }, message: null }]);
  expect((await world.launcher.log(spec.name, 10)).slice(0, 2)).toEqual([
    '{"laurel":"progress","step":1,"metrics":{"loss":NaN}}',
    '{"other":1}',
  ]);
});

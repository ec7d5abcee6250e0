import { isLaurelError } from '@laurel/contracts';
import { allProgress } from '../../contract/job-launcher.contract.js';
import { givenJobs } from './given-jobs.js';

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
  const told = seen.filter(({ step }) => step > 0).map(({ step, message }) => [step, message]);
  expect(told).toEqual([
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
    'circumstances.json',
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
  expect(names).not.toContain('CUDA_VISIBLE_DEVICES');
  delete process.env['LAUREL_DATABASE_URL'];
});

test.each([
  [
    `console.error('that is no depth'); process.exitCode = 64`,
    'exit code 64 (bad parameters); its last line was: that is no depth',
  ],
  [`process.exitCode = 65`, 'exit code 65 (bad data); it said nothing'],
  [`process.exitCode = 75`, 'exit code 75 (try again)'],
  [`process.exitCode = 78`, 'exit code 78 (bad configuration)'],
  [`process.exitCode = 3`, 'exit code 3'],
  [`process.abort()`, 'SIGABRT'],
])('what %s means is said in one sentence', async (script, message) => {
  const world = await givenJobs();
  const spec = await world.job(script);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({
    kind: 'ended',
    message: expect.stringContaining(message),
  });
});

test.each([
  ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB', 'outOfMemory'],
  ['MemoryError', 'outOfMemory'],
  ["OSError: [Errno 28] No space left on device: 'x'", 'storageFull'],
  ['ValueError: the word MemoryError in the middle', 'crashed'],
])('a last line "%s" with exit code 1 is %s', async (line, cause) => {
  const world = await givenJobs();
  const spec = await world.job(`console.error(${JSON.stringify(line)}); process.exitCode = 1;`);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ cause, exitCode: 1 });
});

test.each([
  ['did not write model.onnx to', `writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}');`],
  ['left model.onnx empty', `done(); writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.onnx', '');`],
  ['its model.json is not JSON', `done(); writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{"task": "bin');`],
])('a trainer that ended well but %s has made no model', async (message, script) => {
  const world = await givenJobs();
  const spec = await world.job(script);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({
    cause: 'noModel',
    message: expect.stringContaining(message),
  });
});

test('python without an interpreter is refused before anything starts, and may start once there is one', async () => {
  const world = await givenJobs();
  const spec = await world.job('done()', { command: ['python', 'train.mjs'] });
  const refusal = await world.launcher.ensure(spec).catch((error: unknown) => error);
  expect(isLaurelError(refusal) && refusal.code).toBe('PythonMissing');
  const other = await world
    .anotherLauncher({ python: '/no/such/python' })
    .ensure(spec)
    .catch((error: unknown) => error);
  expect(isLaurelError(other) && other.message).toContain('/no/such/python');
  const able = world.anotherLauncher({ python: process.execPath });
  await able.ensure(spec);
  expect(await able.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('several workers without an interpreter are refused, whatever their command', async () => {
  const world = await givenJobs();
  const spec = await world.job('done()', { workers: 2 });
  await expect(world.launcher.ensure(spec)).rejects.toMatchObject({ code: 'PythonMissing' });
});

test('lines that look like the protocol but are not go to the log', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    console.log('{"laurel":"progress","step":1,"metrics":{"loss":NaN}}');
    console.log('{"other":1}');
    console.log('{"laurel":"something of tomorrow"}');
    say({ laurel: 'progress', step: 'three', metrics: { loss: 'low', auc: 0.5 } });
    done();
  `);
  await world.launcher.ensure(spec);
  const seen = await allProgress(world.launcher, spec.name);
  expect(seen.at(-1)).toMatchObject({ step: 0, totalSteps: null, metrics: { auc: 0.5 }, message: null });
  expect(await world.launcher.log(spec.name, 10)).toEqual([
    '{"laurel":"progress","step":1,"metrics":{"loss":NaN}}',
    '{"other":1}',
    '{"laurel":"something of tomorrow"}',
  ]);
});

test('two workers that ask how a job ended at once get the same answer, whoever stores its output', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    done();
    for (let file = 0; file < 60; file += 1) writeFileSync(env.LAUREL_OUTPUT_DIR + '/plot-' + file, String(file));
  `);
  await world.launcher.ensure(spec);
  const launchers = Array.from({ length: 6 }, () => world.anotherLauncher());
  const outcomes = await Promise.all(launchers.map((launcher) => launcher.outcome(spec.name)));
  expect(outcomes[0]).toMatchObject({ kind: 'done' });
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  expect(await world.launcher.outcome(spec.name)).toEqual(outcomes[0]);
});

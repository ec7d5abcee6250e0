import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOf } from '../../../libs/local/bin/process-identity.mjs';
import { until } from '../../contract/job-launcher.contract.js';
import { mayMount } from '../../support/e2e-installation.js';
import { givenJobs, type JobWorld } from './given-jobs.js';

const run = promisify(execFile);
const megabyte = 1024 ** 2;

/** Everybody whose process id the trainer told. */
async function toldPids(world: JobWorld): Promise<readonly number[]> {
  return (await world.told()).map(Number).filter(Number.isInteger);
}

const spawnChildren = `
  import { spawn } from 'node:child_process';
  const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
  const child = (options) => { const { pid } = spawn(process.execPath, ['-e', stubborn], { stdio: 'ignore', ...options }); tell(pid); };
`;

test('a silent trainer that ignores SIGTERM is stopped as hung, with its children', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `${spawnChildren}
    process.on('SIGTERM', () => {});
    child({ stdio: 'inherit' });
    tell(process.pid);
    progress(1);
    setInterval(() => {}, 1000);
  `,
    { silenceMilliseconds: 700 },
  );
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ cause: 'hung' });
  const pids = await toldPids(world);
  expect(pids).toHaveLength(2);
  expect(pids.filter((pid) => startOf(pid) !== undefined)).toEqual([]);
});

test('no child outlives its trainer: in its group, in a session of its own, without its environment, or orphaned', async () => {
  const world = await givenJobs();
  const spec = await world.job(`${spawnChildren}
    child({});
    child({ detached: true });
    child({ env: {} });
    child({ detached: true, env: {} });
    const grandchild = (options) => 'const { pid } = require("child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(stubborn) +
      '], { detached: true, stdio: "ignore"' + options + ' }); require("fs").appendFileSync(' + JSON.stringify(place + '/told.txt') + ', pid + "\\\\n"); process.exit()';
    spawn(process.execPath, ['-e', grandchild('')], { detached: true, stdio: 'ignore' });
    spawn(process.execPath, ['-e', grandchild(', env: {}')], { detached: true, stdio: 'ignore', env: {} });
    while (readFileSync(place + '/told.txt', 'utf8').split('\\n').length < 7) await sleep(5);
    done();
    process.exit(0);
  `);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  const pids = await toldPids(world);
  expect(pids).toHaveLength(6);
  expect(pids.filter((pid) => startOf(pid) !== undefined)).toEqual([]);
});

test('children of a trainer whose supervisor was killed end with the attempt', async () => {
  const world = await givenJobs();
  const spec = await world.job(`${spawnChildren} child({ detached: true }); tell(process.pid); await sleep(60_000);`);
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(1));
  process.kill((await world.attemptFile('supervisor')).pid, 'SIGKILL');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ cause: 'killed' });
  expect((await toldPids(world)).filter((pid) => startOf(pid) !== undefined)).toEqual([]);
});

test('a trainer that holds more memory than it may, its children counted, is killed as out of memory', async () => {
  const world = await givenJobs();
  const hog = 'globalThis.held = Buffer.alloc(300 * 1024 * 1024, 1); setInterval(() => {}, 1000);';
  const spec = await world.job(
    `import { spawn } from 'node:child_process';
     spawn(process.execPath, ['-e', ${JSON.stringify(hog)}], { stdio: 'ignore' });
     await sleep(60_000);`,
  );
  const resources = { ...spec.resources, memoryBytes: 256 * megabyte };
  await world.launcher.ensure({ ...spec, resources });
  const outcome = await world.launcher.outcome(spec.name);
  expect(outcome).toMatchObject({ cause: 'outOfMemory', message: expect.stringContaining('0.250 GiB are allowed') });
});

test('a trainer that fills its folders is stopped before the disk is full', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ disk: { mostBytes: 5 * megabyte, freeBytes: 0 } });
  const spec = await world.job(`
    writeFileSync(env.LAUREL_OUTPUT_DIR + '/huge', Buffer.alloc(6 * 1024 * 1024));
    for (let step = 1; ; step += 1) { progress(step); await sleep(50); }
  `);
  await launcher.ensure(spec);
  expect(await launcher.outcome(spec.name)).toMatchObject({
    cause: 'storageFull',
    message: expect.stringContaining('output and checkpoints took'),
  });
});

test('a trainer is stopped when its disk has too little left for everybody else', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ disk: { mostBytes: megabyte, freeBytes: 2 ** 60 } });
  const spec = await world.job(`for (let step = 1; ; step += 1) { progress(step); await sleep(50); }`);
  await launcher.ensure(spec);
  expect(await launcher.outcome(spec.name)).toMatchObject({
    cause: 'storageFull',
    message: expect.stringContaining('are to stay free'),
  });
});

test('foreign, torn and absurd checkpoints are passed over', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    import { execFileSync } from 'node:child_process';
    if (env.LAUREL_FENCE !== '1') { tell('from ' + resumed() + ' fence ' + env.LAUREL_FENCE); done(); process.exit(0); }
    for (const step of [1, 2, 3, 4, 5, 6]) commit(step);
    const at = (step) => env.LAUREL_CHECKPOINT_DIR + '/' + step + '/1';
    const change = (step, edit) => {
      const manifest = JSON.parse(readFileSync(at(step) + '/manifest.json'));
      writeFileSync(at(step) + '/manifest.json', JSON.stringify(edit(manifest)));
    };
    change(6, (manifest) => ({ ...manifest, runId: 'b'.repeat(32) }));
    change(5, (manifest) => ({ ...manifest, step: 50 }));
    execFileSync('rm', [at(4) + '/shard-0.bin']);
    execFileSync('mkfifo', [at(4) + '/shard-0.bin']);
    change(3, (manifest) => ({ ...manifest, shards: [{ ...manifest.shards[0], path: '../../../../../../etc/passwd' }] }));
    mkdirSync(env.LAUREL_CHECKPOINT_DIR + '/999/7', { recursive: true });
    process.exit(1);
  `);
  await world.launcher.ensure(spec);
  await world.launcher.outcome(spec.name);
  await world.launcher.ensure({ ...spec, attempt: 2 });
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['from 2 fence 8']);
});

const withSmallDisk = mayMount() ? test : test.skip;

withSmallDisk(
  'a start on a full disk is StorageFull, and works once there is room (needs leave to mount)',
  async () => {
    const world = await givenJobs();
    const small = join(world.project, 'small');
    await run('sh', ['-c', `mkdir -p ${small} && mount -t tmpfs -o size=512k tmpfs ${small}`]);
    try {
      const launcher = world.anotherLauncher({ folder: small, disk: { mostBytes: megabyte, freeBytes: 0 } });
      const spec = await world.job(`done();`);
      await run('sh', ['-c', `dd if=/dev/zero of=${small}/filler bs=1k count=600 2>/dev/null || true`]);
      await expect(launcher.ensure(spec)).rejects.toMatchObject({ code: 'StorageFull' });
      await run('rm', [join(small, 'filler')]);
      await launcher.ensure(spec);
      expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
      await launcher.remove(spec.name);
    } finally {
      await run('umount', ['-l', small]);
    }
  },
);

withSmallDisk(
  'a trainer that fills the whole disk ends as storageFull, and its end is told (needs leave to mount)',
  async () => {
    const world = await givenJobs();
    const small = join(world.project, 'small');
    await run('sh', ['-c', `mkdir -p ${small} && mount -t tmpfs -o size=2m tmpfs ${small}`]);
    try {
      const launcher = world.anotherLauncher({ folder: small, disk: { mostBytes: 4 * megabyte, freeBytes: 0 } });
      const spec = await world.job(`
      writeFileSync(env.LAUREL_OUTPUT_DIR + '/part', Buffer.alloc(1024 * 1024));
      writeFileSync(env.LAUREL_OUTPUT_DIR + '/rest', Buffer.alloc(2 * 1024 * 1024));
    `);
      await launcher.ensure(spec);
      const ending = launcher.outcome(spec.name);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(await launcher.running()).toEqual([spec.name]);
      await run('rm', [
        '-r',
        join(small, (await readdir(small)).find((name) => name.startsWith('churn'))!, 'attempts/1/output/rest'),
      ]);
      expect(await ending).toMatchObject({ cause: 'storageFull' });
      await launcher.remove(spec.name);
    } finally {
      await run('umount', ['-l', small]);
    }
  },
);

import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSupervisor } from '@laurel/dev';
import { childrenFile, stopLeftovers } from '../../../infra/dev/src/supervisor/leftovers.js';
import { dummy, eventually, runs, stubborn, withHome } from './dummies.js';

const quickly = { firstMilliseconds: 50, longestMilliseconds: 200, forgiveMilliseconds: 60_000 };

test('children start in order, and stop in reverse order', () =>
  withHome(async (home) => {
    const said: string[] = [];
    const supervisor = createSupervisor({
      home,
      groups: [[dummy('first')], [dummy('second'), dummy('third')]],
      onProgress: ({ process, state }) => said.push(`${process} ${state}`),
    });
    await supervisor.start();
    expect(said.indexOf('first healthy')).toBeLessThan(said.indexOf('second starting'));
    const pids = supervisor.processes().map(({ pid }) => pid ?? 0);
    await supervisor.stop();
    expect(said.at(-1)).toBe('first stopped');
    expect(pids.filter(runs)).toEqual([]);
  }));

test('a killed child is started again, and says how often', () =>
  withHome(async (home) => {
    const supervisor = createSupervisor({ home, groups: [[dummy('api')]], backoff: quickly });
    await supervisor.start();
    const before = supervisor.child('api')?.pid ?? 0;
    process.kill(before, 'SIGKILL');
    await eventually(() => supervisor.child('api')?.state === 'healthy' && supervisor.child('api')?.pid !== before);
    expect(supervisor.child('api')).toMatchObject({ restarts: 1, lastExit: 'signal SIGKILL' });
    await supervisor.stop();
  }));

test('a child that never comes up is given up with its last words and its log', () =>
  withHome(async (home) => {
    const broken = dummy('api', "console.error('no database at 127.0.0.1'); process.exit(3)");
    const supervisor = createSupervisor({ home, groups: [[broken]], backoff: quickly });
    await expect(supervisor.start()).rejects.toMatchObject({
      code: 'DependencyUnavailable',
      message: `api did not start (exit code 3); its last line was: no database at 127.0.0.1; see ${join(home, 'logs', 'api.log')}.`,
    });
    await supervisor.stop();
  }));

test('a child that is silent for too long is not waited for', () =>
  withHome(async (home) => {
    const silent = dummy('api', 'setInterval(() => {}, 1000)', { readyMilliseconds: 150 });
    const supervisor = createSupervisor({ home, groups: [[silent]], backoff: quickly });
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'DependencyUnavailable' });
    await supervisor.stop();
  }));

test('a program that is not there is named', () =>
  withHome(async (home) => {
    const absent = dummy('temporal', '', { command: ['/nowhere/temporal'] });
    const supervisor = createSupervisor({ home, groups: [[absent]], backoff: quickly });
    await expect(supervisor.start()).rejects.toThrow(
      /temporal did not start \(not started \(spawn \/nowhere\/temporal ENOENT\)\)/,
    );
    await supervisor.stop();
  }));

test('a child that is deaf to the request to stop is killed after its grace period', () =>
  withHome(async (home) => {
    const supervisor = createSupervisor({ home, groups: [[stubborn('worker')]] });
    await supervisor.start();
    const pid = supervisor.child('worker')?.pid ?? 0;
    await supervisor.stop();
    expect(runs(pid)).toBe(false);
  }));

test('a second, hurried stop does not wait for the grace period', () =>
  withHome(async (home) => {
    const patient = { ...stubborn('worker'), graceMilliseconds: 60_000 };
    const supervisor = createSupervisor({ home, groups: [[patient]] });
    await supervisor.start();
    const first = supervisor.stop();
    await supervisor.stop(true);
    await first;
    expect(supervisor.child('worker')?.state).toBe('stopped');
  }));

test('a child that does not answer its probe is shown as such until it answers again', () =>
  withHome(async (home) => {
    let answers = true;
    const supervisor = createSupervisor({
      home,
      groups: [[dummy('api', undefined, { alive: () => Promise.resolve(answers) })]],
    });
    await supervisor.start();
    answers = false;
    await eventually(() => supervisor.child('api')?.state === 'unresponsive', 15_000);
    answers = true;
    await eventually(() => supervisor.child('api')?.state === 'healthy');
    expect(supervisor.child('api')?.restarts).toBe(0);
    await supervisor.stop();
  }));

test('a recorded process id that belongs to another program by now is left alone', () =>
  withHome(async (home) => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await mkdir(join(home, 'run'));
    await writeFile(childrenFile(home), JSON.stringify([{ name: 'api', pid: other.pid, start: 'boot:1' }]));
    expect(await stopLeftovers(home)).toEqual([]);
    expect(runs(other.pid ?? 0)).toBe(true);
    other.kill('SIGKILL');
  }));

test('output is appended to a log per process', () =>
  withHome(async (home) => {
    const talker = dummy(
      'worker',
      "console.log('hello'); process.send({ laurel: 'ready' }); setInterval(() => {}, 1000)",
    );
    const supervisor = createSupervisor({ home, groups: [[talker]] });
    await supervisor.start();
    await supervisor.stop();
    expect(await readFile(join(home, 'logs', 'worker.log'), 'utf8')).toBe('hello\n');
  }));

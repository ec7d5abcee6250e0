import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimOf } from '../../../libs/local/bin/claims.mjs';
import { identityOf } from '../../../libs/local/bin/process-identity.mjs';
import { until } from '../../contract/job-launcher.contract.js';

const supervisorScript = fileURLToPath(new URL('../../../libs/local/bin/job-supervisor.mjs', import.meta.url));
const megabyte = 1024 ** 2;

/** A control group of this machine with a limit of memory, or `undefined` where one may not be made. */
function limitedGroup(bytes: number): string | undefined {
  const places = [
    { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
    { folder: '/sys/fs/cgroup', limit: 'memory.max' },
  ];
  for (const { folder, limit } of places) {
    const group = join(folder, `laurel-test-${process.pid}`);
    try {
      if (!existsSync(folder)) continue;
      mkdirSync(group);
      if (existsSync(join(group, limit))) {
        writeFileSync(join(group, limit), String(bytes));
        return group;
      }
      rmdirSync(group);
    } catch {
      // Not allowed here.
    }
  }
  return undefined;
}

const probe = limitedGroup(megabyte);
if (probe !== undefined) rmdirSync(probe);
const whereLimited = probe === undefined ? test.skip : test;

/** Runs one attempt in a control group whose kernel kills above 300 MB, and reads how it ended. */
async function runLimited(script: string): Promise<{ readonly signal: string; readonly oomKilled: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'laurel-oom-'));
  const group = limitedGroup(300 * megabyte)!;
  const start = {
    command: [process.execPath, '-e', script],
    workingDirectory: folder,
    environment: { PATH: process.env['PATH'], LAUREL_ATTEMPT_MARK: folder },
    mark: folder,
    deadlineMilliseconds: 60_000,
    silenceMilliseconds: 60_000,
    pendingMilliseconds: 60_000,
    graceMilliseconds: 500,
    memoryBytes: null,
    disk: { mostBytes: 1024 * megabyte, freeBytes: 0 },
    gpus: { folder, ids: [], count: 0, shared: false },
    output: folder,
    checkpoints: folder,
    temporary: join(folder, 'temporary'),
    log: join(folder, 'log.txt'),
  };
  const claim = claimOf(identityOf(process.pid));
  writeFileSync(join(folder, claim), '');
  writeFileSync(join(folder, 'start.json'), JSON.stringify(start));
  const enter = `echo $$ > ${group}/cgroup.procs && exec ${process.execPath} ${supervisorScript}`;
  const supervisor = spawn('sh', ['-c', enter], { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] });
  supervisor.stdin.end(JSON.stringify({ claim, secrets: {}, masked: [] }));
  try {
    const exit = join(folder, 'exit.json');
    await until(() => existsSync(exit) || undefined);
    return JSON.parse(readFileSync(exit, 'utf8'));
  } finally {
    supervisor.kill('SIGKILL');
    await until(() => {
      try {
        rmdirSync(group);
        return true;
      } catch {
        return undefined;
      }
    });
    rmSync(folder, { recursive: true, force: true });
  }
}

whereLimited(
  'a trainer that the kernel killed for want of memory is told apart (needs leave to limit memory)',
  async () => {
    const hog = 'globalThis.held = []; for (;;) held.push(Buffer.alloc(10 * 1024 * 1024, 1));';
    expect(await runLimited(hog)).toMatchObject({ signal: 'SIGKILL', oomKilled: true });
  },
);

whereLimited('from one that somebody else killed (needs leave to limit memory)', async () => {
  const killed = await runLimited(`process.kill(process.pid, 'SIGKILL')`);
  expect(killed).toMatchObject({ signal: 'SIGKILL', oomKilled: false });
});

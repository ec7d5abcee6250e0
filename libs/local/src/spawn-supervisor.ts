import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import { attemptState } from './attempts.js';
import type { AttemptFiles } from './job-files.js';

const supervisorScript = fileURLToPath(new URL('../bin/job-supervisor.mjs', import.meta.url));
const complaints = 'supervisor.log';
const longestComplaint = 1_000;
const startMilliseconds = 30_000;
const lookMilliseconds = 25;

/**
 * A process of its own session with no tie to this one but the attempt's folder. What must lie in no file goes through its
 * standard input. Resolves when it has taken the attempt.
 */
export async function spawnSupervisor(
  attempt: AttemptFiles,
  told: {
    readonly claim: string;
    readonly secrets: { readonly [name: string]: string };
    readonly masked: readonly string[];
  },
): Promise<void> {
  const log = openSync(join(attempt.folder, complaints), 'a');
  const child = spawn(process.execPath, [supervisorScript], {
    cwd: attempt.folder,
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', log],
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(told));
  child.unref();
  const until = performance.now() + startMilliseconds;
  for (;;) {
    const { kind } = await attemptState(attempt);
    if (kind === 'gone') {
      throw new LaurelError(
        'Conflict',
        `${attempt.folder} was removed while its job was being started; start it again.`,
      );
    }
    const isOver = performance.now() > until || child.pid === undefined || child.exitCode !== null;
    if (kind === 'unborn' || (kind === 'starting' && isOver)) throw await notStarted(attempt);
    if (kind !== 'starting') return;
    await delay(lookMilliseconds);
  }
}

/** Holds what the supervisor complained about: its log goes with the attempt. */
async function notStarted(attempt: AttemptFiles): Promise<LaurelError> {
  const complaint = await readFile(join(attempt.folder, complaints), 'utf8').catch(() => '');
  const said = complaint.trim() === '' ? '' : `; it said: ${complaint.trim().slice(0, longestComplaint)}`;
  return new LaurelError('Internal', `a job supervisor did not start in ${attempt.folder}; run laurel doctor${said}`);
}

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import { attemptState } from './attempts.js';
import type { AttemptFiles } from './job-files.js';

const supervisorScript = fileURLToPath(new URL('../bin/job-supervisor.mjs', import.meta.url));
const startMilliseconds = 30_000;
const lookMilliseconds = 25;

/**
 * A process of its own session with no tie to this one but the attempt's folder. What must lie in no file goes through its
 * standard input. Resolves when it has taken the attempt.
 */
export async function spawnSupervisor(
  attempt: AttemptFiles,
  hidden: { readonly secrets: { readonly [name: string]: string }; readonly masked: readonly string[] },
): Promise<void> {
  const complaints = openSync(join(attempt.folder, 'supervisor.log'), 'a');
  const child = spawn(process.execPath, [supervisorScript], {
    cwd: attempt.folder,
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', complaints],
  });
  closeSync(complaints);
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(hidden));
  child.unref();
  const until = performance.now() + startMilliseconds;
  while ((await attemptState(attempt)).kind === 'starting') {
    if (performance.now() > until || child.pid === undefined || child.exitCode !== null) {
      throw new LaurelError('Internal', `a job supervisor did not start in ${attempt.folder}; run laurel doctor.`);
    }
    await delay(lookMilliseconds);
  }
}

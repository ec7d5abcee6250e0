import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import { inheritedEnvironment } from '../processes/environment.js';
import { boundLog } from '../processes/log-file.js';
import { checkout } from '../toolchain.js';
import type { DetachedOrder, DetachedWord } from './detached-wire.js';
import { down } from './down.js';
import { homeFiles, openHome } from './home.js';
import { holderOf } from './home-lock.js';
import type { RunningStack, UpOptions } from './shapes.js';
import { status } from './status.js';

const main = join(checkout, 'infra', 'dev', 'dist', 'stack', 'detached-main.js');
const lookMilliseconds = 500;

/** Starts a background supervisor and returns when all is healthy. Errors: those of the start. */
export async function superviseApart({ onProgress, ...options }: UpOptions): Promise<RunningStack> {
  const home = openHome(options.home);
  const log = homeFiles(home).supervisorLog;
  boundLog(log);
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    cwd: home,
    env: inheritedEnvironment(),
    detached: true,
    stdio: ['ignore', file, file, 'ipc'],
  });
  closeSync(file);
  const up = await becomesUp(child, { log, onProgress, options: { ...options, home, detach: false } });
  child.disconnect();
  child.unref();
  const { ports, urls, environment } = up;
  return {
    home,
    ports,
    urls,
    environment,
    status: () => status({ home }),
    stop: async () => {
      await down({ home });
    },
    get stopped() {
      return untilStopped(home);
    },
  };
}

type Up = Extract<DetachedWord, { kind: 'up' }>;

interface Start {
  readonly log: string;
  readonly onProgress: UpOptions['onProgress'] | undefined;
  readonly options: UpOptions;
}

/** Ctrl-C here, before all is up, stops the supervisor as well. */
async function becomesUp(child: ChildProcess, start: Start): Promise<Up> {
  const interrupt = () => child.kill('SIGTERM');
  process.on('SIGINT', interrupt);
  try {
    return await hearsUp(child, start);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function hearsUp(child: ChildProcess, { log, onProgress, options }: Start): Promise<Up> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const word = message as DetachedWord;
      if (word.kind === 'progress') onProgress?.(word.progress);
      else if (word.kind === 'up') resolve(word);
      else reject(new LaurelError(word.code, word.message));
    });
    child.once('error', (error) =>
      reject(new LaurelError('Internal', `the supervisor cannot be started: ${error.message}.`)),
    );
    child.once('exit', (code, signal) =>
      reject(
        new LaurelError(
          'Internal',
          `the supervisor ended (${signal ?? `exit code ${code ?? 'unknown'}`}) before all was healthy; see ${log}.`,
        ),
      ),
    );
    const order: DetachedOrder = { options };
    child.send(order);
  });
}

async function untilStopped(home: string): Promise<void> {
  while (holderOf(home) !== undefined) await delay(lookMilliseconds);
}

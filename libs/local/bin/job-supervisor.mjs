// Runs one attempt of a training job and outlives whoever started it. It runs in the attempt's folder, which holds start.json,
// and names files by their place in it: a folder that has been taken away meanwhile is another one under the same path.
// Standard input: JSON, the claim by which it was started, the secrets of the trainer's environment and other values that must
// not be shown.
// Leaves supervisor.json and trainer.json (who runs), events.jsonl, and at the end exit.json. Decides nothing else.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { writeWhole } from './atomic-file.mjs';
import { watchLimits } from './attempt-limits.mjs';
import { awaitGpus } from './await-gpus.mjs';
import { claimOf, passClaim } from './claims.mjs';
import { brand, followFamily, send } from './family.mjs';
import { createMask } from './masking.mjs';
import { offerToKernel, oomKills } from './memory.mjs';
import { identityOf } from './process-identity.mjs';
import { followSigns } from './signs-of-life.mjs';
import { onLines, openTrainerOutput } from './trainer-output.mjs';

const checkMilliseconds = 100;
const drainMilliseconds = 1_000;
const retryMilliseconds = 1_000;
/** The machine has no place for another process just now. */
const fullTables = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'];

const start = JSON.parse(readFileSync('start.json', 'utf8'));
const { claim, secrets, masked } = JSON.parse(readFileSync(0, 'utf8'));
const now = () => performance.now();

let asked = false;
let ending;
let left = false;
let ended = false;
let onAsked = () => undefined;
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    asked = true;
    onAsked();
  });
}
process.on('SIGHUP', () => {});

// Somebody who took this attempt for dead has the claim: then it must not begin.
const self = identityOf(process.pid);
if (!passClaim('.', claim, claimOf(self))) process.exit(0);
writeWhole('supervisor.json', self);

const signs = followSigns(now());
const output = openTrainerOutput({
  events: 'events.jsonl',
  log: start.log,
  mask: createMask([...Object.values(secrets), ...masked]),
  moved: (place) => signs.heard(place, now()),
  talked: () => signs.heard(null, now()),
});

/** On a full disk, waits for room: without this word the attempt counts as lost. Where the folder is gone nobody waits for it. */
function record(exit) {
  const told = { lastLines: output.lastLines(), failure: output.failure(), endedAt: new Date().toISOString() };
  try {
    writeWhole('exit.json', { code: null, signal: null, detail: null, oomKilled: false, ...told, ...exit });
    process.exit(0);
  } catch (error) {
    if (error.code === 'ENOENT') process.exit(0);
    setTimeout(() => record(exit), retryMilliseconds);
  }
}

/** What cannot be taken away stays; how the attempt ended is to be told all the same. */
function clear(folder) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // The system clears its temporary folder some day.
  }
}

function run(environment) {
  const kills = oomKills();
  const [program, ...parameters] = start.command;
  const trainer = spawn(program, parameters, {
    cwd: start.workingDirectory,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const root = trainer.pid === undefined ? undefined : identityOf(trainer.pid);
  if (root !== undefined) {
    brand(root.pid, start.mark);
    offerToKernel(root.pid);
  }
  const family = followFamily({ mark: start.mark, root });

  /** Asks the trainer alone, as Kubernetes does: its helpers die with it, not before it has committed its checkpoint. */
  function stop(why) {
    if (ending !== undefined || left || root === undefined) return;
    ending = why;
    send(root.pid, 'SIGTERM');
    const grace = why.reason === 'memory' ? 0 : start.graceMilliseconds;
    setTimeout(() => void family.end(), grace);
  }

  async function finish(exit) {
    if (ended) return;
    ended = true;
    await family.end();
    output.flush(true);
    clear(start.temporary);
    record({ reason: 'exited', ...ending, ...exit, oomKilled: oomKills() > kills });
  }

  const heard = output.heard;
  onLines(trainer.stdout, { take: output.takeProtocol, heard });
  onLines(trainer.stderr, { take: output.takePlain, heard });
  const problem = watchLimits({ start, signs, family, now });
  setInterval(() => {
    output.flush();
    const why = ending === undefined && !left ? problem() : undefined;
    if (why !== undefined) stop(why);
  }, checkMilliseconds);
  onAsked = () => stop({ reason: 'stopped' });
  trainer.on('error', ({ code, message }) => {
    if (trainer.pid !== undefined) return;
    void finish({ reason: fullTables.includes(code) ? 'noRoom' : 'notStarted', detail: message });
  });
  trainer.on('exit', (code, signal) => {
    left = true;
    // What it leaves running ends now, and so do the pipes; what still comes out of them after a while does not count.
    void family.end();
    setTimeout(() => void finish({ code, signal }), drainMilliseconds);
    trainer.on('close', () => void finish({ code, signal }));
  });
  try {
    if (root !== undefined) writeWhole('trainer.json', root);
  } catch (error) {
    stop({ reason: 'disk', detail: error.message });
  }
  if (asked) onAsked();
}

const gpus = await awaitGpus(start, {
  waiting: (message) => output.note({ supervisor: 'waiting', message }),
  asked: () => asked,
});
if (gpus.reason === undefined) run({ ...start.environment, ...secrets, ...gpus.environment });
else record(gpus);

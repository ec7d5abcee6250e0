// Runs one attempt of a training job and outlives whoever started it. Argument: the attempt's folder, which holds start.json.
// Leaves supervisor.json and trainer.json (who runs), events.jsonl, and at the end exit.json. Decides nothing else.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeOnce, writeWhole } from './atomic-file.mjs';
import { identityOf } from './process-identity.mjs';
import { onLines, openTrainerOutput } from './trainer-output.mjs';

const checkMilliseconds = 100;
const drainMilliseconds = 1_000;
const retryMilliseconds = 1_000;

const folder = process.argv[2];
const at = (name) => join(folder, name);
const start = JSON.parse(readFileSync(at('start.json'), 'utf8'));

// Somebody who took this attempt for dead has put a mark in this place: then it must not begin.
if (!writeOnce(at('supervisor.json'), identityOf(process.pid))) process.exit(0);

const output = openTrainerOutput({ events: at('events.jsonl'), log: start.log });
let reason = 'exited';
let ended = false;
const began = performance.now();
let lastSign = began;

const [program, ...parameters] = start.command;
const trainer = spawn(program, parameters, {
  cwd: start.workingDirectory,
  env: start.environment,
  detached: true,
  stdio: ['ignore', 'pipe', 'pipe'],
});
if (trainer.pid !== undefined) writeWhole(at('trainer.json'), identityOf(trainer.pid));

onLines(trainer.stdout, (lines) => {
  lastSign = performance.now();
  output.takeProtocol(lines);
});
onLines(trainer.stderr, (lines) => {
  lastSign = performance.now();
  output.takePlain(lines);
});

/** To the trainer and everything it started. */
function signalGroup(signal) {
  if (trainer.pid === undefined) return;
  try {
    process.kill(-trainer.pid, signal);
  } catch (error) {
    // Nobody is left; macOS says EPERM when only uncollected children are.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

function stop(why) {
  if (reason !== 'exited' || trainer.pid === undefined) return;
  reason = why;
  signalGroup('SIGTERM');
  setTimeout(() => signalGroup('SIGKILL'), start.graceMilliseconds);
}

function finish(exit) {
  if (ended) return;
  ended = true;
  if (trainer.pid !== undefined) signalGroup('SIGKILL');
  record({ reason, ...exit, lastLine: output.lastLine(), endedAt: new Date().toISOString() });
}

/** On a full disk, waits for room: without this word the attempt counts as lost. */
function record(exit) {
  try {
    writeWhole(at('exit.json'), exit);
    process.exit(0);
  } catch {
    setTimeout(() => record(exit), retryMilliseconds);
  }
}

setInterval(() => {
  const now = performance.now();
  if (now - began > start.deadlineMilliseconds) stop('deadline');
  else if (now - lastSign > start.silenceMilliseconds) stop('hung');
}, checkMilliseconds);

process.on('SIGTERM', () => stop('stopped'));
process.on('SIGINT', () => stop('stopped'));
process.on('SIGHUP', () => {});

trainer.on('error', (error) => {
  if (trainer.pid !== undefined) return;
  reason = 'notStarted';
  finish({ code: null, signal: null, error: error.message });
});
trainer.on('exit', (code, signal) => {
  // A grandchild may hold the pipes open; what it says after this does not count.
  setTimeout(() => finish({ code, signal }), drainMilliseconds);
  trainer.on('close', () => finish({ code, signal }));
});

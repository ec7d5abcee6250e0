#!/usr/bin/env node
// Plain JavaScript that any Node.js since 20 runs: it finds a Node.js that is new enough, builds what is missing, and starts the command.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = [24, 9];
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const carried = join(root, 'node_modules', '.bin', 'node');
const main = new URL('../dist/main.js', import.meta.url);
const setUp = join(root, 'infra', 'dev', 'bin', 'setup.mjs');

const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);

/** Runs this command in another Node.js, hands on signals, and ends as it ended. */
function become(node, ...args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
}

function fail(message) {
  process.stderr.write(`laurel: ${message}\n`);
  process.exit(1);
}

function prepare() {
  process.stderr.write('laurel: this clone has not been built yet; setting it up.\n');
  const { status } = spawnSync(process.execPath, [setUp], { stdio: ['inherit', 2, 2] });
  if (status !== 0) fail('the set-up failed; see above.');
}

if (!existsSync(main)) prepare();
if (newEnough) await import(main.href);
else if (existsSync(carried)) become(carried, fileURLToPath(import.meta.url), ...process.argv.slice(2));
else
  fail(`needs Node.js ${wanted.join('.')} or newer, and this is ${process.versions.node}; run npm install in ${root}.`);

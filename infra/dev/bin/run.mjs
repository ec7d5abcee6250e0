#!/usr/bin/env node
// Runs a task of package.json in a checkout of any state: first all set-up that the task needs, then the task with
// Node 24 first on PATH. Uses nothing that has to be installed and runs on Node.js 20.
import { SetUpError } from './parts/commands.mjs';
import { setUp } from './parts/set-up.mjs';
import { tasks } from './parts/tasks.mjs';

const [name, ...more] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : null;

try {
  if (!task) throw new SetUpError(`there is no task "${name ?? ''}"; there are ${Object.keys(tasks).join(', ')}.`);
  process.exitCode = await task.run(await setUp(task.needs), more);
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`laurel: ${error.message}\n`);
  process.exitCode = 1;
}

// Replays the histories named by the arguments after the bundle, and prints one JSON line each: {name, error}. A process
// of its own, because protobuf's JSON conversion cannot run inside Jest's sandbox.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
const [codePath, ...files] = process.argv.slice(2);
const histories = await Promise.all(
  files.map(async (file) => ({
    workflowId: basename(file),
    history: historyFromJSON(JSON.parse(await readFile(file, 'utf8'))),
  })),
);
for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, histories)) {
  process.stdout.write(`${JSON.stringify({ name: workflowId, error: error?.message ?? null })}\n`);
}

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';

const run = promisify(execFile);

/**
 * Writes the history of every workflow of a namespace into the folder named by `LAUREL_RECORD_HISTORIES`, for
 * `test/replay`. Does nothing when the variable is not set. Temporal's own command reads them, because the SDK's JSON
 * conversion cannot run inside Jest's sandbox.
 */
export async function recordHistories(client: Client, title: string): Promise<void> {
  const folder = process.env['LAUREL_RECORD_HISTORIES'];
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const address = process.env['LAUREL_TEST_TEMPORAL_ADDRESS'] ?? '';
  const binary = process.env['LAUREL_TEMPORAL_BIN'] ?? 'temporal';
  const { namespace } = client.options;
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    const which = ['--workflow-id', workflowId, '--run-id', runId, '--address', address, '--namespace', namespace];
    const { stdout } = await run(binary, ['workflow', 'show', ...which, '--output', 'json'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const name = `${slug(title)}--${type}-${runId.slice(-4)}.json`;
    await writeFile(join(folder, name), `${JSON.stringify(JSON.parse(stdout, withoutTraces))}\n`);
  }
}

/** Stack traces name the machine that recorded them, and no replay reads them. */
function withoutTraces(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? undefined : value;
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 70);
}

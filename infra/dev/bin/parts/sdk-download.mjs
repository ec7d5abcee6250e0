// Lets Temporal's SDK fetch the dev server into a folder and prints the path; a program of its own so that it can be
// killed when the network hangs. With `cached` it only looks whether an earlier download lies there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder, mode] = process.argv.slice(2);
const found = () => readdirSync(folder).find((name) => /^temporal-sdk-typescript-[\d.]+$/.test(name));

if (mode !== 'cached') {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download', downloadDir: folder, ttl: '365 days' };
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}
const name = found();
if (name) process.stdout.write(join(folder, name));

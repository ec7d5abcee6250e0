import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { givenJobs } from './given-jobs.js';

test('a trainer is told where to log and with which key; the key lies in no file', async () => {
  const world = await givenJobs();
  const token = `laurelrun_${'0'.repeat(40)}`;
  const launcher = world.anotherLauncher({
    tracking: { url: 'http://127.0.0.1:1', tokenOf: async (runId) => `${token}${runId}` },
  });
  const spec = await world.job('');
  const print = `process.stdout.write([process.env.MLFLOW_TRACKING_URI, process.env.MLFLOW_RUN_ID,
    process.env.MLFLOW_TRACKING_TOKEN === ${JSON.stringify(token + spec.runId)} ? 'the key' : 'another key',
    process.env.MLFLOW_TRACKING_TOKEN].join(' ') + '\\n')`;
  await launcher.ensure({ ...spec, command: ['node', '-e', print] });
  await launcher.outcome(spec.name);
  const log = await launcher.log(spec.name, 10);
  expect(log.join('\n')).toContain(`http://127.0.0.1:1 ${spec.runId} the key`);
  expect(log.join('\n')).not.toContain(token);
  const start = await readFile(join(world.jobs, spec.name, 'attempts', '1', 'start.json'), 'utf8').catch(() => '');
  expect(start).not.toContain(token);
});

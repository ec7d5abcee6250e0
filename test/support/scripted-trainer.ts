import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The trainer protocol in a few lines of plain JavaScript. `attempt()` counts the starts that left a line in the folder,
 * `from` is the step of the checkpoint it goes on from.
 */
const prelude = (folder: string) => `
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const env = process.env;
const file = ${JSON.stringify(join(folder, 'told.txt'))};
const tell = (text) => appendFileSync(file, text + '\\n');
const told = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\\n').filter(Boolean) : []);
const say = (event) => console.log(JSON.stringify(event));
const progress = (step) => say({ laurel: 'progress', step, totalSteps: 100, metrics: { loss: 1 / step } });
const commit = (step) => {
  const folder = env.LAUREL_CHECKPOINT_DIR + '/' + step + '/' + env.LAUREL_FENCE;
  mkdirSync(folder, { recursive: true });
  const shard = Buffer.from('state ' + step);
  writeFileSync(folder + '/shard-0.bin', shard);
  const sha256 = createHash('sha256').update(shard).digest('hex');
  const shards = [{ path: 'shard-0.bin', size: shard.length, sha256 }];
  const manifest = { protocol: '1', runId: env.LAUREL_RUN_ID, step, fence: Number(env.LAUREL_FENCE), worldSize: 1, shards, state: {} };
  writeFileSync(folder + '/manifest.json', JSON.stringify(manifest));
  say({ laurel: 'checkpoint', step, manifest: folder + '/manifest.json' });
};
const from = env.LAUREL_RESUME ? JSON.parse(readFileSync(env.LAUREL_RESUME)).step : 0;
const done = () => {
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.onnx', 'model');
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}');
};
tell('started from ' + from + ' with pid ' + process.pid);
const attempt = told().filter((line) => line.startsWith('started')).length;
`;

/** Puts a trainer into a folder; the command that runs it there. */
export async function writeTrainer(folder: string, script: string): Promise<readonly string[]> {
  await writeFile(join(folder, 'train.mjs'), `${prelude(folder)}\n${script}`);
  return ['node', 'train.mjs'];
}

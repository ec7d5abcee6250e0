/** The trainer protocol in a few lines of plain JavaScript, at hand for every script of a test. */
const prelude = (folder: string) => `
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const env = process.env;
const place = ${JSON.stringify(folder)};
const say = (event) => console.log(JSON.stringify(event));
const progress = (step, totalSteps = 10) => say({ laurel: 'progress', step, totalSteps, metrics: { loss: 1 / step } });
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
/** Step of the checkpoint to go on from; 0 for none. */
const resumed = () => (env.LAUREL_RESUME ? JSON.parse(readFileSync(env.LAUREL_RESUME)).step : 0);
const done = () => {
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.onnx', 'model');
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}');
  mkdirSync(env.LAUREL_OUTPUT_DIR + '/explain', { recursive: true });
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/explain/background.parquet', 'rows');
};
/** Leaves a line that the test reads. */
const tell = (text) => appendFileSync(place + '/told.txt', text + '\\n');
const isOpen = (gate) => existsSync(place + '/gate-' + gate);
/** Waits until the test opens the gate. */
const pass = async (gate) => { while (!isOpen(gate)) await sleep(20); };
/** Tells where the attempt begins, makes the steps from there to the tenth with a checkpoint after each, and is done. */
const tenSteps = async (between = async () => sleep(5)) => {
  tell('from ' + resumed());
  for (let step = resumed() + 1; step <= 10; step += 1) { progress(step); commit(step); await between(step); }
  done();
};
`;

/** Source of a trainer that runs `script` with the protocol at hand; `folder` is where it and the test meet. */
export function scriptTrainer(folder: string, script: string): string {
  return `${prelude(folder)}\n${script}\n`;
}

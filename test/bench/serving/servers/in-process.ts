// onnxruntime without any server: runs a model on batches for some seconds and prints how often it did. Arguments:
// FOLDER MODEL WIDTH ROWS SECONDS.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [folder = '.', model = 'churn', ...numbers] = process.argv.slice(2);
const [width = 1, rows = 1, seconds = 1] = numbers.map(Number);

const session = await InferenceSession.create(await readFile(join(folder, `${model}.onnx`)), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const file = await readFile(join(folder, `${model}.f32`));
const values = new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
const batches = Array.from({ length: Math.floor(values.length / width / rows) }, (_, index) =>
  values.subarray(index * rows * width, (index + 1) * rows * width),
);

async function runFor(milliseconds: number): Promise<{ readonly runs: number; readonly milliseconds: number }> {
  const startedAt = performance.now();
  let runs = 0;
  while (performance.now() - startedAt < milliseconds) {
    const batch = batches[runs % batches.length];
    if (batch === undefined) throw new Error(`${model} has fewer than ${rows} rows`);
    await session.run({ input: new Tensor('float32', batch, [rows, width]) });
    runs += 1;
  }
  return { runs, milliseconds: performance.now() - startedAt };
}

await runFor(500);
process.stdout.write(`${JSON.stringify(await runFor(seconds * 1_000))}\n`);

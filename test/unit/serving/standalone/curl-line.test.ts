import { spawnSync } from 'node:child_process';
import type { Tensor } from '@laurel/domain';
import { curlLine } from '@laurel/serving';

/** Runs a line in a shell whose `curl` prints what it was asked to send. */
function bodySent(line: string): unknown {
  const curl = 'curl() { while [ $# -gt 1 ]; do shift; done; if [ "$1" = "@-" ]; then cat; else printf %s "$1"; fi; }';
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `${curl}\n${line}`], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const bodyOf = (tensors: readonly Tensor[]) => ({
  inputs: tensors.map(({ data, ...tensor }) => ({ ...tensor, data: Array.from<unknown>(data as readonly string[]) })),
});

const small: Tensor = { name: "it's", datatype: 'FP32', shape: [1, 2], data: new Float32Array(2) };
const image: Tensor = {
  name: 'image 100%',
  datatype: 'FP32',
  shape: [1, 3, 224, 224],
  data: new Float32Array(150_528),
};
const texts: Tensor = {
  name: 'words',
  datatype: 'BYTES',
  shape: [1, 600],
  data: Array.from({ length: 600 }, () => ''),
};

test.each([
  ['a small model', [small]],
  ['a model of images', [image]],
  ['a model with many inputs', [small, image, texts]],
])('a shell sends what the line of %s says', (_, tensors) => {
  expect(bodySent(curlLine('http://127.0.0.1:1/infer', tensors))).toEqual(bodyOf(tensors));
});

test('a line stays short, whatever the model takes', () => {
  expect(curlLine('http://127.0.0.1:1/infer', [image]).length).toBeLessThan(400);
});

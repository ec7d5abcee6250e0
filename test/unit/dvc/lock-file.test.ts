import { outputsOfLock } from '@laurel/dvc';

/** As DVC 3.67.1 wrote it, with two stages beside that have no digests. */
const lock = `schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - path: train.py
      hash: md5
      md5: fe4a468d23feac13b80b5a145167e26f
      size: 120
    outs:
    - path: metrics.json
      hash: md5
      md5: e5f4957673dc0b55d1bf8a8581a167b9
      size: 12
    - path: model.onnx
      hash: md5
      md5: 6f8f57715090da2632453988d9a1501b
      size: 5
  other:
    cmd: x
    outs:
    - path: y
  bare:
    cmd: z
`;

test('outputs of a lock are found; those without a digest are passed over', () => {
  expect(outputsOfLock(lock, 'dvc.lock').map(({ path }) => path)).toEqual(['metrics.json', 'model.onnx']);
  expect(outputsOfLock("schema: '2.0'\n", 'dvc.lock')).toEqual([]);
});

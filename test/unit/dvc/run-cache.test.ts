import { type LockedStage, lockText, outputsOfLock, runCacheKey, runCacheName } from '@laurel/dvc';

/** A stage that DVC 3.67.1 was seen to run. */
const stage: LockedStage = {
  cmd: 'python train.py',
  deps: [
    { path: 'train.py', md5: 'fe4a468d23feac13b80b5a145167e26f', directory: false, size: 120 },
    { path: 'd', md5: '289aa24b8bb9ae5005fd8183169d0835', directory: true, size: 9, nfiles: 6 },
  ],
  params: { 'params.yaml': { 'model.depth': 2, lr: 0.1 } },
  outs: [
    { path: 'model.onnx', md5: '6f8f57715090da2632453988d9a1501b', directory: false, size: 5 },
    { path: 'metrics.json', md5: 'e5f4957673dc0b55d1bf8a8581a167b9', directory: false, size: 12 },
  ],
};

test('key and value of the run cache are those of DVC', () => {
  const name = runCacheName(stage);
  expect(name).toEqual({
    key: '84f738d3c7254e63a8cf3b826202136542291d0302fcf18292ee9b35e8cbade5',
    value: '33c93428f9a4da6ca32de69b8eaf2f69b60d00069c7b307d6c73afcf876ce720',
  });
  expect(runCacheKey(name)).toBe(`runs/84/${name.key}/${name.value}`);
});

test('dvc.lock has paths and parameters sorted, as DVC writes them', () => {
  expect(lockText({ train: stage })).toBe(`schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - path: d
      hash: md5
      md5: 289aa24b8bb9ae5005fd8183169d0835.dir
      size: 9
      nfiles: 6
    - path: train.py
      hash: md5
      md5: fe4a468d23feac13b80b5a145167e26f
      size: 120
    params:
      params.yaml:
        lr: 0.1
        model.depth: 2
    outs:
    - path: metrics.json
      hash: md5
      md5: e5f4957673dc0b55d1bf8a8581a167b9
      size: 12
    - path: model.onnx
      hash: md5
      md5: 6f8f57715090da2632453988d9a1501b
      size: 5
`);
});

test('outputs of a lock are found; those without a digest are passed over', () => {
  const text = `${lockText({ train: stage })}  other:\n    cmd: x\n    outs:\n    - path: y\n  bare:\n    cmd: z\n`;
  expect(outputsOfLock(text, 'dvc.lock').map(({ path }) => path)).toEqual(['metrics.json', 'model.onnx']);
  expect(outputsOfLock("schema: '2.0'\n", 'dvc.lock')).toEqual([]);
});

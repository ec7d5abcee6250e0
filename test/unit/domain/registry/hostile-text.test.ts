import { artifactPlace, artifactUri, checkArtifactPath, modelNameProblem, parseModelSource } from '@laurel/domain';

const run = '0123456789abcdef0123456789abcdef';

const leaving = [
  '..',
  '../x',
  'a/../../x',
  'a/..',
  '%2e%2e/x',
  '%2E%2E%2Fx',
  '%252e%252e/x',
  '%25252e%25252e%25252fx',
  '..%2fx',
  '..%5cx',
  'a\\b',
  '..\\x',
  '/etc/passwd',
  '%2fetc/passwd',
  'C:/x',
  'c:x',
  'a\0b',
  'a%00b',
  'a\nb',
  'a\u202eb',
  'a\u200bb',
  '\u2024\u2024/x',
  '\uff0e\uff0e/x',
  '.. /x',
  '.../x',
  'a#b',
  'x'.repeat(2_001),
  `${'x'.repeat(256)}/y`,
  '%25'.repeat(1) + '2525252525252e',
];

test.each(leaving)('the path %j is refused', (path) => {
  expect(checkArtifactPath(path)).toEqual({ ok: false, problem: expect.any(String) });
});

test.each([
  ['model/MLmodel', 'model/MLmodel'],
  ['a//b/', 'a/b'],
  ['./a/./b', 'a/b'],
  ['', ''],
  ['50%.txt', '50%.txt'],
  ['größe/ñ.txt', 'größe/ñ.txt'],
  ['a b/c+d', 'a b/c+d'],
  ['.hidden/..rc', '.hidden/..rc'],
  ['🤗.bin', '🤗.bin'],
])('the path %j is stored as %j', (path, stored) => {
  expect(checkArtifactPath(path)).toEqual({ ok: true, path: stored });
});

test.each([
  '',
  '  ',
  '.',
  '..',
  '../x',
  'a/b',
  'a:b',
  'a\\b',
  '%2e%2e',
  '%252e%252e',
  'a%2fb',
  'a\0',
  'a\u202eb',
  '\u2024\u2024',
  '\uff0e\uff0e',
  'a\uff0fb',
  'x'.repeat(257),
  'x'.repeat(10_240),
])('the model name %j is refused', (name) => {
  expect(modelNameProblem(name)).toEqual(expect.any(String));
});

test.each(['churn', 'Churn Model', 'größe', 'a.b', 'm-1', "it's", '50%'])('the model name %j is taken', (name) => {
  expect(modelNameProblem(name)).toBeUndefined();
});

test.each([
  [`runs:/${run}/model`, { kind: 'run', runId: run, path: 'model' }],
  [`runs:/${run}`, { kind: 'run', runId: run, path: '' }],
  [`models:/m-${run}`, { kind: 'loggedModel', modelId: `m-${run}` }],
  ['models:/churn/3', { kind: 'version', name: 'churn', version: 3 }],
  [
    `mlflow-artifacts:/1/${run}/artifacts/model`,
    { kind: 'artifacts', place: { owner: { kind: 'run', experimentId: '1', id: run }, path: 'model' } },
  ],
  [
    `mlflow-artifacts:/1/models/m-${run}/artifacts`,
    { kind: 'artifacts', place: { owner: { kind: 'loggedModel', experimentId: '1', id: `m-${run}` }, path: '' } },
  ],
])('the source %s is understood', (uri, source) => {
  expect(parseModelSource(uri)).toEqual({ ok: true, source });
});

test.each([
  'file:///etc/passwd',
  '/etc/passwd',
  'etc/passwd',
  'http://169.254.169.254/latest/meta-data',
  'https://example.com/model',
  's3://bucket/model',
  'gs://bucket/model',
  'hdfs://host/model',
  'dbfs:/model',
  'ftp://host/x',
  'data:text/plain,x',
  `runs://host/${run}/model`,
  `runs:/../${run}`,
  `runs:/${run}/../../x`,
  `runs:/${run}/%2e%2e/x`,
  `runs:/${run}?x=1`,
  `runs:/${run}#x`,
  'runs:/short/model',
  `mlflow-artifacts://host/1/${run}/artifacts`,
  `mlflow-artifacts:/1/${run}`,
  'mlflow-artifacts:/',
  'models:/churn@champion',
  'models:/churn/Production',
  'models:/churn',
  'models:/churn/0',
  '',
  'x'.repeat(5_000),
  `runs:/${run}/a\0b`,
])('the source %j is refused', (uri) => {
  expect(parseModelSource(uri)).toEqual({ ok: false, problem: expect.any(String) });
});

test('the root that clients are told leads back to its owner', () => {
  const owners = [
    { kind: 'run', experimentId: '0', id: run },
    { kind: 'loggedModel', experimentId: '12', id: `m-${run}` },
    { kind: 'version', id: run },
    { kind: 'package', id: run + run },
  ] as const;
  for (const owner of owners) {
    const segments = artifactUri(owner).slice('mlflow-artifacts:/'.length).split('/');
    expect(artifactPlace([...segments, 'a', 'b'])).toEqual({ owner, path: 'a/b' });
  }
});

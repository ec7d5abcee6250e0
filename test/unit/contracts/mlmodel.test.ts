import { parseMlmodel, signatureColumns } from '@laurel/contracts/schemas';

const written = `
artifact_path: mlflow-artifacts:/1/models/m-1/artifacts
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
  outputs: '[{"type": "long", "required": false}]'
  params: null
`;

test('an MLmodel file that MLflow wrote is read', () => {
  const parsed = parseMlmodel(written);
  expect(parsed).toMatchObject({ ok: true, mlmodel: { flavors: { sklearn: { pickled_model: 'model.pkl' } } } });
  const { signature } = parsed.ok ? parsed.mlmodel : { signature: null };
  expect(signatureColumns(signature?.inputs ?? null)).toEqual([
    { name: 'a', type: 'double', required: true },
    { name: '#1', type: '{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,2]}}', required: true },
  ]);
  expect(signatureColumns(signature?.outputs ?? null)).toEqual([{ name: '#0', type: 'long', required: false }]);
});

const nine = (text: string) => `[${Array.from({ length: 9 }, () => text).join(', ')}]`;
const bomb = [
  `a: &a ${nine('x')}`,
  `b: &b ${nine('*a')}`,
  `c: &c ${nine('*b')}`,
  `d: &d ${nine('*c')}`,
  'flavors: {sklearn: {}}',
].join('\n');

test.each([
  ['flavors: !!python/object/apply:os.system ["true"]', 'not plain YAML|holds a YAML tag'],
  ['flavors: {sklearn: !!python/name:os.system {}}', 'not plain YAML|holds a YAML tag'],
  ['flavors: {sklearn: !!map {}}', 'holds a YAML tag'],
  ['flavors: {sklearn: {}}\nflavors: {onnx: {}}', 'not plain YAML'],
  ['flavors: [sklearn]', 'no usable flavors'],
  ['flavors: {sklearn: {pickled_model: [a]}}', 'no usable flavors.sklearn.pickled_model'],
  ['{unclosed', 'not plain YAML'],
  ['', 'no usable flavors'],
  ['null', 'no usable flavors'],
  ['flavors: {sklearn: {}}\nsignature: {inputs: 3}', 'no usable signature.inputs'],
  [bomb, 'too many aliases'],
  ['#'.repeat(1_000_001), 'longer than'],
])('MLmodel %#: what is not plain data is refused', (text, problem) => {
  expect(parseMlmodel(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
});

test.each(['{', '{"a": 1}', '[1]', '[{"name": "a"}]', '[{"type": 3}]'])('the signature %j is none', (json) => {
  expect(signatureColumns(json)).toBeUndefined();
});

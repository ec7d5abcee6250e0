import { parseInferenceService, parseProject } from '@laurel/contracts/schemas';
import { importInferenceService } from '@laurel/domain';
import { stringify } from 'yaml';

/** A manifest whose predictor is `predictor`, with what `beside` says beside it. */
function imported(predictor: object, beside: object = {}) {
  const manifest = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'churn', namespace: 'ml', labels: { team: 'growth' } },
    spec: { predictor, ...beside },
  };
  return importInferenceService(parseInferenceService(JSON.stringify(manifest), 'churn.yaml'));
}

function problemsOf(predictor: object, beside: object = {}): readonly string[] {
  const result = imported(predictor, beside);
  return result.ok ? [] : result.problems;
}

const storageUri = 's3://models/churn';
const onnx = { model: { modelFormat: { name: 'onnx' }, storageUri } };

test.each([
  ['as the new predictor writes it', onnx],
  ['as the old one writes it', { onnx: { storageUri } }],
  ["in Triton's folder", { triton: { storageUri } }],
  ['with a protocol that is served', { model: { ...onnx.model, protocolVersion: 'v2' } }],
])('an ONNX model %s becomes a project file that is valid', (_, predictor) => {
  const result = imported(predictor);
  if (!result.ok) throw new Error(result.problems.join('; '));
  expect(result.modelUri).toBe(storageUri);
  const parsed = parseProject(stringify(result.project), { file: 'laurel.yaml' });
  expect(parsed).toMatchObject({ ok: true, project: { metadata: { name: 'churn' } } });
});

test('replicas and batching are taken over; what is not is said', () => {
  const result = imported(
    {
      ...onnx,
      minReplicas: 0,
      maxReplicas: 9,
      canaryTrafficPercent: 10,
      batcher: { maxBatchSize: 32, maxLatency: 5 },
      logger: { mode: 'all', url: 'http://sink' },
    },
    { explainer: {} },
  );
  if (!result.ok) throw new Error(result.problems.join('; '));
  expect(result.project).toMatchObject({
    spec: { serving: { endpoint: 'churn', processes: 1, batching: { maxRows: 32, maxDelay: '5ms' } } },
  });
  expect(result.notes.join(' ')).toMatch(/canary of 10 %.*scale to zero.*maxReplicas.*logger.*explainer/);
});

test.each([
  ['sklearn', 'skl2onnx'],
  ['xgboost', 'onnxmltools'],
  ['lightgbm', 'onnxmltools'],
  ['pytorch', 'torch.onnx.export'],
  ['tensorflow', 'tf2onnx'],
  ['huggingface', 'optimum'],
])('%s is refused by name, with what converts it, however it is written', (format, remedy) => {
  const sentence = new RegExp(`^format ${format} is not served, only ONNX graphs are; .*${remedy}`);
  expect(problemsOf({ model: { modelFormat: { name: format }, storageUri } })).toEqual([
    expect.stringMatching(sentence),
  ]);
  expect(problemsOf({ [format]: { storageUri } })).toEqual([expect.stringMatching(sentence)]);
});

test('a format that nobody knows, a container, a transformer, a second predictor and an unserved protocol are refused', () => {
  expect(problemsOf({ model: { modelFormat: { name: 'abacus' }, storageUri } })[0]).toMatch(/^format abacus .*ONNX/);
  expect(problemsOf({ containers: [{ image: 'mine' }] })[0]).toMatch(/container of its own/);
  expect(problemsOf({})[0]).toMatch(/names no model/);
  expect(problemsOf(onnx, { transformer: { containers: [] } })[0]).toMatch(/transformer would be left out/);
  expect(problemsOf(onnx, { canary: [{}] })[0]).toMatch(/second predictor/);
  expect(problemsOf({ model: { ...onnx.model, protocolVersion: 'v9' } })[0]).toMatch(/protocol v9 is not served/);
  expect(problemsOf({ model: { modelFormat: { name: 'onnx' } } })[0]).toMatch(/names no storageUri/);
});

test('what is no manifest of an InferenceService is told with its lines', () => {
  const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: churn }\nspec: { predictor: {} }\n';
  expect(() => parseInferenceService(text, 'churn.yaml')).toThrow(/churn\.yaml, line 1: .*apiVersion.*line 2: .*kind/s);
  expect(() => parseInferenceService('a: [', 'churn.yaml')).toThrow(/not valid YAML/);
});

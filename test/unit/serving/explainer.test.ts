import type { Row } from '@laurel/domain';
import { loadGraph } from '@laurel/inference';
import type { RunnableModel } from '@laurel/ports';
import { createExplainer, type ExplainOutcome } from '../../../apps/serving/src/explain/explainer.js';
import { buildRegressor } from '../../support/onnx-builder.js';

const built = buildRegressor({ inputs: ['a', 'b'], weights: [1, 2], bias: 0 });
const version = { version: 1, semver: '1.0.0', digest: `sha256:${'a'.repeat(64)}` as const };
const background: readonly Row[] = [{ a: 0, b: 0 }];

let model: RunnableModel;
beforeAll(async () => {
  model = await loadGraph(built.model, { signature: built.signature });
});
afterAll(() => model?.release());

function given(parts: { readonly isBusy?: () => boolean; readonly deadlineMilliseconds?: number }) {
  const outcomes: ExplainOutcome[] = [];
  const observe = (outcome: ExplainOutcome) => void outcomes.push(outcome);
  const explainer = createExplainer({ backgrounds: async () => background, isBusy: () => false, observe, ...parts });
  const ask = {
    endpoint: 'prices',
    version,
    model,
    rows: [{ a: 1, b: 1 }],
    permutations: 2,
    seed: 0,
    isCancelled: () => false,
  };
  return { explainer, outcomes, ask };
}

test('an explanation gives way to predictions after each chunk, and still comes to its end', async () => {
  const { explainer, ask, outcomes } = given({ isBusy: () => true });
  const startedAt = performance.now();
  const { explanations } = await explainer.explain(ask);
  expect(explanations[0]?.attributions).toEqual([[1], [2]]);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(9);
  expect(outcomes).toMatchObject([{ endpoint: 'prices', version: 1, status: 'ok' }]);
});

test('an explanation that takes longer than its deadline is given up, and so is one that waited as long', async () => {
  const { explainer, ask, outcomes } = given({ isBusy: () => true, deadlineMilliseconds: 5 });
  const both = await Promise.allSettled([explainer.explain(ask), explainer.explain(ask)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(outcomes.map(({ status }) => status)).toEqual(['DeadlineExceeded', 'DeadlineExceeded']);
});

test('one that fails holds up none behind it', async () => {
  const { explainer, ask } = given({});
  const [bad, good] = await Promise.allSettled([
    explainer.explain({ ...ask, rows: [{ a: 'x' }] }),
    explainer.explain(ask),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'InvalidInput' } });
  expect(good?.status).toBe('fulfilled');
});

test('a caller that has gone is not worked for', async () => {
  const { explainer, ask, outcomes } = given({});
  await expect(explainer.explain({ ...ask, isCancelled: () => true })).rejects.toMatchObject({ code: 'Cancelled' });
  expect(outcomes).toMatchObject([{ status: 'Cancelled' }]);
});

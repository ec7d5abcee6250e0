import {
  agreementCheck,
  directionBreach,
  gradientFlowBreach,
  invarianceBreach,
  movedRow,
  type Prediction,
  qualityBreach,
  summaryText,
  variedRows,
} from '@laurel/domain';

const says = (share: number): Prediction => ({
  label: share > 0.5 ? 'Yes' : 'No',
  probabilities: [1 - share, share],
  value: null,
});
const value = (number: number): Prediction => ({ label: null, probabilities: null, value: number });
const model = { task: 'binary', classes: ['No', 'Yes'], positive: 'Yes' } as const;

test('rows are asked once with every value of the column', () => {
  const asked = variedRows([{ sex: 'f', age: 3 }], { column: 'sex', values: ['f', 'm'], max: 0 });
  expect(asked).toEqual([[{ sex: 'f', age: 3 }], [{ sex: 'm', age: 3 }]]);
});

test('a label that changes with the column breaks invariance, above the share that may', () => {
  const answers = [
    [says(0.6), says(0.2)],
    [says(0.4), says(0.3)],
  ];
  const of = { column: 'sex', values: ['f', 'm'] };
  expect(invarianceBreach({ ...of, max: 50 }, answers)).toBeNull();
  expect(invarianceBreach({ ...of, max: 49 }, answers)?.found).toBe('another one in 1 of 2 (50 %), moved by up to 0.2');
  expect(invarianceBreach({ ...of, max: 0 }, [[], []])?.found).toBe('no rows to ask with');
});

test('a value that moves breaks the invariance of a regression', () => {
  const of = { column: 'sex', values: ['f', 'm'], max: 0 };
  expect(invarianceBreach(of, [[value(1000)], [value(1000.0001)]])).toBeNull();
  expect(invarianceBreach(of, [[value(1000)], [value(1001)]])?.found).toContain('moved by up to 1');
});

test('a column is moved where there is something to move', () => {
  const direction = { column: 'age', expect: 'notHigher', of: null, tolerance: 0, max: 0 } as const;
  expect(movedRow({ age: 3 }, { ...direction, add: 2 })).toEqual({ age: 5 });
  expect(movedRow({ age: null }, { ...direction, add: 2 })).toBeNull();
  expect(movedRow({ age: 3 }, { ...direction, set: 3 })).toBeNull();
});

const tenure = { column: 'tenure', add: 12, expect: 'notHigher', of: null, tolerance: 0.05, max: 0 } as const;

test('a probability that goes the wrong way by more than the tolerance breaks the direction', () => {
  const answers = { before: [says(0.5), says(0.5)], after: [says(0.54), says(0.6)] };
  expect(directionBreach(tenure, answers, model)?.found).toBe('the contrary in 1 of 2 (50 %), by up to 0.1');
  expect(directionBreach({ ...tenure, of: 'No' }, answers, model)).toBeNull();
  expect(directionBreach({ ...tenure, expect: 'notLower' }, answers, model)).toBeNull();
});

test('no rows, a class that is not there and an answer without a number never pass', () => {
  expect(directionBreach(tenure, { before: [], after: [] }, model)?.found).toContain('no row');
  const one = { before: [says(0.5)], after: [says(0.4)] };
  expect(directionBreach({ ...tenure, of: 'Maybe' }, one, model)?.found).toBe('no such class; there are No, Yes');
  const silent = { before: [says(0.5)], after: [{ label: null, probabilities: null, value: null }] };
  expect(directionBreach(tenure, silent, model)?.found).toContain('the contrary in 1 of 1');
});

const slice = { metric: 'accuracy', min: 0.9, slice: { column: 'plan', value: 2 }, rows: { min: 2 } };
const plans = { plan: [1, 2, 2] };
const judged = { ...model, rows: { truth: ['No', 'Yes', 'Yes'], predictions: [says(0.9), says(0.9), says(0.2)] } };

test('quality is measured on the rows of the slice', () => {
  expect(qualityBreach(slice, judged, plans)).toEqual({
    expected: 'accuracy of at least 0.9 on rows with plan = 2',
    found: '0.5 on 2 rows',
  });
  expect(qualityBreach({ ...slice, min: 0.5 }, judged, plans)).toBeNull();
});

test('too few rows, no column, and a metric that is undefined fail', () => {
  expect(qualityBreach({ ...slice, rows: { min: 3 } }, judged, plans)?.found).toBe('2 rows where 3 are needed');
  expect(qualityBreach(slice, judged, {})?.found).toBe('no column plan');
  expect(qualityBreach({ ...slice, metric: 'rocAuc' }, judged, plans)?.found).toContain('undefined');
});

test('a parameter that does not move is named, and so is a frozen one that does', () => {
  const parameters = [
    { name: 'body.weight', changed: true, gradient: 0.1 },
    { name: 'head.weight', changed: false, gradient: 0 },
    { name: 'embedding.weight', changed: true, gradient: 0.1 },
  ];
  expect(gradientFlowBreach({ steps: 5, frozen: ['embedding.'] }, { steps: 5, parameters })?.found).toBe(
    'no change of head.weight (gradient 0) and a change of the frozen embedding.weight',
  );
  expect(gradientFlowBreach({ steps: 5, frozen: ['head.'] }, { steps: 5, parameters })).toBeNull();
  expect(gradientFlowBreach({ steps: 5, frozen: [] }, { steps: 4, parameters })?.found).toBe('a training of 4 steps');
  expect(gradientFlowBreach({ steps: 5, frozen: [] }, { steps: 5, parameters: [] })?.found).toContain('no parameters');
});

test('answers that differ, are missing or are no numbers do not agree', () => {
  const name = { suite: 'deployment', name: 'served' } as const;
  const agree = (found: readonly Prediction[]) =>
    agreementCheck(name, { found, wanted: [says(0.5)], tolerance: 0.01, like: 'the model' }).state;
  expect(agree([says(0.505)])).toBe('passed');
  expect(agree([says(0.6)])).toBe('failed');
  expect(agree([])).toBe('failed');
  expect(agree([says(Number.NaN)])).toBe('failed');
});

test('the summary counts and lists, and names in it are text', () => {
  const results = [
    { suite: 'data', name: 'a', state: 'passed', message: null },
    { suite: 'model', name: 'b', state: 'failed', message: 'b: expected <b>, found |x|.' },
    { suite: 'deployment', name: 'c', state: 'skipped', message: 'c: not asked, because there is no model.' },
  ] as const;
  const text = summaryText('churn', results);
  expect(text).toContain('## laurel ci: churn failed');
  expect(text).toContain('| model | 0 | 1 | 0 |');
  expect(text).toContain(String.raw`- **model**: b: expected \<b\>, found \|x\|.`);
  expect(summaryText('churn', results.slice(0, 1))).toContain('## laurel ci: churn passed');
});

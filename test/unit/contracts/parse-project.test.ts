import { type ParsedProject, parseProject, projectJsonSchema } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import * as fc from 'fast-check';
import { exampleProject, leastProject as least } from './example-project.js';

function parse(text: string): ParsedProject {
  return parseProject(text, { file: 'laurel.yaml' });
}

function project(text: string): ModelProject {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.project;
}

function messages(text: string): readonly string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

/** The example with one text replaced; the text must be there. */
function changed(from: string, to: string, text = exampleProject): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

test('the example of the format is valid and keeps what it says', () => {
  const { spec } = project(exampleProject);
  expect(spec.data.target).toEqual({ column: 'churn', positive: 'Yes' });
  expect(spec.rollout.steps).toHaveLength(8);
  expect(spec.triggers[3]).toEqual({ degradation: { metric: 'rocAuc', below: 0.8 } });
});

test('what is accepted but has no effect yet is said', () => {
  const parsed = parse(exampleProject);
  expect(parsed.ok && parsed.notices).toEqual(
    ['spec.monitors', 'spec.triggers: drift and degradation'].map(
      (key) => `${key} is accepted, but has no effect in this version.`,
    ),
  );
});

test('a text that no store keeps is refused at its place', () => {
  const text = changed('description: Who is about to leave', 'description: "Who is\\0about to leave"');
  const [message, ...others] = messages(text);
  expect(others).toEqual([]);
  expect(message).toMatch(/^laurel.yaml, line \d+: metadata.description holds the character NUL; write it without\.$/);
});

test('the shortest project gets every default', () => {
  const { spec, metadata } = project(least);
  expect(metadata).toEqual({ name: 'tiny', description: '', owner: '' });
  expect(spec.data).toMatchObject({
    key: null,
    target: { positive: '1' },
    exclude: [],
    split: { holdout: 20, validation: 20, stratify: true, seed: 7 },
  });
  expect(spec.training).toMatchObject({ deadline: '2h', silence: '10m', retry: { maximumAttempts: 3 }, workers: 1 });
  expect(spec.evaluation).toEqual({ primary: { metric: 'rocAuc', goal: 'maximize' }, gates: [], slices: [] });
  expect(spec.serving).toMatchObject({ endpoint: 'tiny', processes: 2, baseline: null });
  expect(spec.rollout.steps.map((step) => Object.keys(step)[0])).toEqual([
    'shadow',
    'analysis',
    'setWeight',
    'analysis',
    'setWeight',
    'analysis',
  ]);
  expect(Object.keys(spec.rollout.metrics)).toContain('accuracy');
});

test('a regression without a rollout is not judged by accuracy', () => {
  const { spec } = project(
    changed('positive: 1', 'positive: null', changed('task: binary', 'task: regression', least)),
  );
  expect(Object.keys(spec.rollout.metrics)).toEqual(['errorRate', 'latencyP99']);
  expect(spec.evaluation.primary).toEqual({ metric: 'meanAbsoluteError', goal: 'minimize' });
});

test('own metrics join the usual ones where the steps are the usual ones', () => {
  const own = 'accuracy: { role: decision, direction: higher, margin: 0.5, minimumSample: 9 }';
  const { rollout } = project(`${least}  rollout: { metrics: { ${own} } }\n`).spec;
  expect(rollout.metrics['accuracy']?.minimumSample).toBe(9);
  expect(rollout.metrics['errorRate']).toBeDefined();
});

test.each([
  ['{ constant: { label: "No" } }', { constant: { label: 'No' } }],
  ['{ version: champion@previous }', { version: 'champion@previous' }],
  [
    '{ version: champion@previous, constant: { label: "No" } }',
    { version: 'champion@previous', constant: { label: 'No' } },
  ],
])('the baseline may be %s', (text, baseline) => {
  expect(project(`${least}  serving: { baseline: ${text} }\n`).spec.serving.baseline).toEqual(baseline);
});

test('a parsed project written as JSON parses to itself', () => {
  for (const text of [exampleProject, least]) expect(project(JSON.stringify(project(text)))).toEqual(project(text));
});

const mistakes: readonly [string, string, string, string][] = [
  [
    'an unknown key',
    'sensitive: [female',
    'sensetive: [female',
    'spec.data has no key "sensetive"; did you mean "sensitive"?',
  ],
  ['a key nothing is like', 'cooldown: 30m', 'zzz: 1', 'spec has no key "zzz"; known keys: task, data,'],
  ['a wrong word', 'task: binary ', 'task: bynary ', 'spec.task is "bynary"; allowed: binary, multiclass, regression.'],
  ['text for a number', 'holdout: 20', 'holdout: a lot', 'spec.data.split.holdout is "a lot"; allowed: a number.'],
  ['too small', 'processes: 2', 'processes: 0', 'spec.serving.processes is 0; allowed: at least 1.'],
  [
    'a baseline of nobody',
    'baseline: { constant: { label: "No", probability: 0.27 } }',
    'baseline: {}',
    'spec.serving.baseline',
  ],
  [
    'a baseline of another version',
    'baseline: { constant: { label: "No", probability: 0.27 } }',
    'baseline: { version: champion }',
    'spec.serving.baseline.version is "champion"; allowed: champion@previous.',
  ],
  ['a fraction', 'processes: 2', 'processes: 1.5', 'spec.serving.processes is 1.5; allowed: a whole number.'],
  [
    'no duration',
    'deadline: 2h',
    'deadline: 2 hours',
    'spec.training.deadline is "2 hours"; allowed: a duration such as 30s',
  ],
  [
    'a missing field',
    '    key: customer_id                 # optional row identity\n    target: { column: churn, positive: "Yes" }\n',
    '',
    'spec.data.target is missing; give a mapping.',
  ],
  [
    'percents that leave nothing',
    'holdout: 20, validation: 20',
    'holdout: 50, validation: 50',
    'spec.data.split is a mapping; allowed: holdout and validation together below 100, they are 100.',
  ],
  [
    'a bad name',
    'name: churn ',
    'name: Churn_Model ',
    'metadata.name is "Churn_Model"; allowed: 1 to 63 lower-case letters',
  ],
  ['a bad endpoint', 'endpoint: churn', 'endpoint: -x', 'spec.serving.endpoint is "-x"'],
  [
    'a step nobody knows',
    '- { setWeight: 5 }',
    '- { setWieght: 5 }',
    'spec.rollout.steps[2] has no key "setWieght"; did you mean "setWeight"?',
  ],
  [
    'a weight beyond 100',
    '- { setWeight: 50 }',
    '- { setWeight: 500 }',
    'spec.rollout.steps[6].setWeight is 500; allowed: at most 100.',
  ],
  [
    'a step that is no mapping',
    '- { setWeight: 5 }',
    '- setWeight',
    'spec.rollout.steps[2] is "setWeight"; allowed: a mapping with shadow or setWeight',
  ],
  [
    'a shrinking weight',
    '- { setWeight: 50 }',
    '- { setWeight: 10 }',
    'spec.rollout: step 7: setWeight must not shrink',
  ],
  [
    'an analysis of an unknown metric',
    'metrics: [disagreement, latencyP99]',
    'metrics: [disagrement]',
    'spec.rollout: step 2: metric "disagrement" is not defined',
  ],
  [
    'a gate without bounds',
    '{ metric: rocAuc, min: 0.82 }',
    '{ metric: rocAuc }',
    'spec.evaluation.gates[0] is a mapping; allowed: a gate with min or max.',
  ],
  [
    'a gate on an unknown metric',
    'metric: rocAuc, min',
    'metric: rocAUCC, min',
    'spec.evaluation.gates[0].metric is "rocAUCC"; did you mean "rocAuc"?',
  ],
  [
    'a fairness gate by another column',
    'by: female',
    'by: tenure',
    'spec.evaluation.gates[1].by is "tenure"; allowed: female, senior_citizen.',
  ],
  [
    'a gate with a foreign key',
    'alpha: 0.05',
    'alph: 0.05',
    'spec.evaluation.gates[2] has no key "alph"; did you mean "alpha"?',
  ],
  ['a gate with alpha 5', 'alpha: 0.05', 'alpha: 5', 'spec.evaluation.gates[2].alpha is 5; allowed: less than 1.'],
  [
    'a target among the sensitive columns',
    'sensitive: [female',
    'sensitive: [churn',
    'spec.data.sensitive[0] names "churn", which is the target',
  ],
  ['a key that is the target', 'key: customer_id', 'key: churn', 'spec.data.key names "churn", which is the target'],
  [
    'a cron of six fields',
    '"0 3 * * 1"',
    '"0 0 3 * * 1"',
    'spec.triggers[0].schedule is "0 0 3 * * 1"; allowed: a cron expression of five fields',
  ],
  [
    'a time zone nobody knows',
    'timezone: UTC',
    'timezone: Mars/Olympus',
    'spec.triggers[0].timezone is "Mars/Olympus"',
  ],
  [
    'a drift trigger without its monitor',
    '{ drift: drift }',
    '{ drift: drft }',
    'spec.triggers[2].drift is "drft"; did you mean "drift"?',
  ],
  [
    'a rule that rules nothing',
    'min: 0, max: 100, missing: { max: 0 }',
    '',
    'spec.data.validation[0] is a mapping; allowed: a rule with min, max or missing.',
  ],
  ['a sweep without a space', 'sweep: null', 'sweep: { trials: 3 }', 'spec.sweep.space is missing; give a mapping.'],
  [
    'an unknown scheme',
    'uri: data/telco_churn.csv',
    'uri: ftp://host/x.csv',
    'spec.data.source.uri is "ftp://host/x.csv"; allowed: a relative path, file://',
  ],
  ['another version', 'laurel/v1', 'laurel/v2', 'apiVersion is "laurel/v2"; allowed: laurel/v1.'],
  ['broken YAML', 'exclude: []', 'exclude: [', 'is not valid YAML'],
  [
    'the same key twice',
    'exclude: []',
    'exclude: []\n    exclude: []',
    'this is not valid YAML: Map keys must be unique',
  ],
];

test.each(mistakes)('%s is named with its line, what was found and what is allowed', (_, from, to, sentence) => {
  const text = changed(from, to);
  const line = text.slice(0, to === '' ? undefined : text.indexOf(to)).split('\n').length;
  const found = messages(text);
  expect(found.join('\n')).toContain(sentence);
  if (to !== '' && !sentence.includes('YAML')) expect(found[0]).toContain(`line ${line}: `);
  expect(found.every((message) => /^laurel\.yaml, line \d+: .*[.?]$/.test(message))).toBe(true);
});

test('of a text that is no YAML at all, the first mistake is told and not what follows from it', () => {
  const found = messages('# Title\n\n| a | b |\n\n- `x`: y: z\n\n1. one: two\n   three: [\n');
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^laurel\.yaml, line \d+: this is not valid YAML: .*\.$/);
});

test('all problems are reported together, in the order of the file', () => {
  const found = messages(
    changed('task: binary', 'task: b', changed('processes: 2', 'processes: 0', changed('deadline: 6h', 'deadline: x'))),
  );
  expect(found.map((message) => Number(/line (\d+)/.exec(message)?.[1]))).toEqual([8, 42, 64]);
});

test.each([
  ['', 'the file is null; allowed: a mapping'],
  ['just text', 'the file is "just text"; allowed: a mapping'],
  ['- a\n- b', 'the file is a list; allowed: a mapping'],
  ['a: 1\n---\nb: 2', 'is not valid YAML'],
  [
    `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]`,
    'aliases',
  ],
])('a file that is no project is refused: %j', (text, sentence) => {
  expect(messages(text).join('\n')).toContain(sentence);
});

test('no text makes the parser throw, and every problem has a place', () => {
  const lines = exampleProject.split('\n');
  const mutation = fc.record({
    line: fc.nat(lines.length - 1),
    text: fc.oneof(fc.string(), fc.constantFrom('', '- x', 'a: [', '*b', 'x: !!js 1', '\t', 'spec: 1', '? {}')),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      const copy = [...lines];
      for (const { line, text } of mutations) copy[line] = text;
      const parsed = parse(copy.join('\n'));
      if (parsed.ok) return;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { line, column } of parsed.problems) expect([line > 0, column > 0]).toEqual([true, true]);
    }),
    { numRuns: 300 },
  );
});

test('the JSON Schema describes what people write, and is closed', () => {
  const schema = projectJsonSchema() as { $schema: string; properties: { spec: unknown }; required: string[] };
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schema.required).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  expect(JSON.stringify(schema)).toContain('"additionalProperties":false');
  expect(JSON.stringify(schema)).toContain('"$ref":"#/$defs/Duration"');
});

import type { Inspection } from './inspect-csv.js';
import { type UsualGate, usualGate, usualSplit } from './usual-gates.js';

/** The project file for what was found, with comments where a reader would ask. */
export function projectText(input: {
  readonly name: string;
  /** Path of the data, relative to the project file. */
  readonly uri: string;
  readonly inspection: Inspection;
}): string {
  const { name, inspection } = input;
  const { decision } = inspection;
  const gate = usualGate(inspection);
  return `# A model that Laurel trains, evaluates and delivers. All keys: docs/reference/project-file.md
apiVersion: laurel/v1
kind: ModelProject
metadata:
  name: ${name}
  description: ${scalar(`Predicts ${inspection.target.schema.name}`)}
  owner: ""                          # who answers for it, for example team@example.com
spec:
  task: ${decision.task}
  data:
${dataLines(input.uri, inspection).join('\n')}
  training:
    command: [python, train.py]      # any program that follows the trainer protocol
    parameters: { max_depth: 4, learning_rate: 0.1, n_estimators: 200 }
    seed: 7
  evaluation:
${evaluationLines(inspection, gate).join('\n')}
  approval: { required: false }      # true: a person approves each version before it is rolled out
  serving:
    endpoint: ${name}
${rolloutLines(inspection).join('\n')}
  triggers: []                       # for example [{ newData: true }, { schedule: "0 3 * * 1", timezone: UTC }]
  # card:                            # what only you know; laurel card shows it, and says what is missing
  #   intendedUse: what the model is for and who uses it
  #   outOfScope: what it must not be used for
  #   limitations: where it is known to be weak
`;
}

function dataLines(uri: string, inspection: Inspection): readonly string[] {
  const { decision, target, key, exclude, sensitive, labelled, rows } = inspection;
  const { holdout, validation } = usualSplit(labelled);
  const positive = decision.positive === null ? '' : `, positive: ${scalar(decision.positive)}`;
  const candidates =
    sensitive.length === 0 ? 'columns by which fairness is measured' : `for example ${list(sensitive)}`;
  return [
    `    source: { format: csv, uri: ${scalar(uri)} }`,
    `    target: { column: ${scalar(target.schema.name)}${positive} }`,
    ...(key === null ? [] : [`    key: ${scalar(key)}`]),
    `    exclude: ${list(exclude)}`,
    `    sensitive: []                    # ${candidates}`,
    `    split: { holdout: ${holdout}, validation: ${validation}, stratify: ${decision.task !== 'regression'}, seed: 7 }   # percent; the rest trains`,
    '    validation:',
    `      - { rows: { min: ${Math.floor(rows / 2)} } }   # half of what there was at the start: a cut-off file trains nothing`,
  ];
}

function evaluationLines({ decision }: Inspection, gate: UsualGate): readonly string[] {
  const primary = {
    binary: '{ metric: rocAuc, goal: maximize }',
    multiclass: '{ metric: accuracy, goal: maximize }',
    regression: '{ metric: meanAbsoluteError, goal: minimize }',
  }[decision.task];
  return [
    `    primary: ${primary}`,
    '    gates:                           # what a version must meet on the holdout; raise them as you learn',
    `      - { metric: ${gate.metric}, min: ${gate.min} }   # ${gate.because}`,
  ];
}

/** Share of the target's standard deviation by which a new version's mean absolute error may be worse. */
const errorShare = 0.1;

function rolloutLines({ decision, target }: Inspection): readonly string[] {
  if (decision.task !== 'regression') {
    return [
      '  # rollout: shadow until 200 requests, then 10 % and 50 % of the traffic, each step decided by live evidence;',
      '  # write your own steps here to change that.',
    ];
  }
  const margin = Number(((target.statistics.numeric?.standardDeviation ?? 1) * errorShare).toPrecision(2));
  return [
    '  rollout:                           # each step is decided by live evidence',
    '    steps:',
    '      - { shadow: { sample: 100, until: { requests: 200 } } }',
    '      - { analysis: { metrics: [errorRate, latencyP99] } }',
    '      - { setWeight: 10 }',
    '      - { analysis: { metrics: [errorRate, latencyP99] } }',
    '      - { setWeight: 50 }',
    '      - { analysis: { metrics: [errorRate, latencyP99, meanAbsoluteError] } }',
    '    metrics:                         # the margin is a tenth of the standard deviation of the target',
    `      meanAbsoluteError: { role: decision, direction: lower, margin: ${margin}, minimumSample: 400, maturity: 5m }`,
    '      errorRate: { role: guardrail, direction: lower, margin: 0.01, minimumSample: 200 }',
    '      latencyP99: { role: guardrail, direction: lower, margin: 10ms, minimumSample: 200 }',
  ];
}

function list(values: readonly string[]): string {
  return `[${values.map(scalar).join(', ')}]`;
}

/** YAML for a text: plain where nobody could read it as something else, else in quotes. */
function scalar(text: string): string {
  const plain =
    /^[A-Za-z_][\w./ -]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) && text.trim() === text;
  return plain ? text : JSON.stringify(text);
}

import { type CardBlock, type CardFacts, type CardSection, cardMarkdown, modelCard } from '@laurel/domain';
import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { aCardFacts, aFacts, aModelVersion, aProject } from './card-facts.js';

/** Texts of a section and of those within it. */
function textOf({ blocks, sections = [] }: CardSection): string {
  return [...blocks.map(blockText), ...sections.map((section) => `${section.title}\n${textOf(section)}`)].join('\n');
}

function blockText(block: CardBlock): string {
  if (block.kind === 'fields') return block.fields.map((pair) => pair.join(': ')).join('\n');
  if (block.kind === 'table')
    return [block.caption, ...[block.head, ...block.rows].map((row) => row.join(' | '))].join('\n');
  if (block.kind === 'plot') return `plot of ${block.plot.of}: ${block.caption}`;
  return block.kind === 'list' ? block.items.join('\n') : block.text;
}

function sectionsOf(facts: CardFacts): { readonly [id: string]: string } {
  const all = (sections: readonly CardSection[]): readonly CardSection[] =>
    sections.flatMap((section) => [section, ...all(section.sections ?? [])]);
  return Object.fromEntries(all(modelCard(facts).sections).map((section) => [section.id, textOf(section)]));
}

/** Every section, and what of the records it must tell. */
const told: { readonly [section: string]: readonly string[] } = {
  'model-details': [
    'Who is about to leave',
    'Model: churn',
    'Version: 2 (1.1.0)',
    'Model type: xgboost',
    'Task: binary',
    'Developed by: growth@example.com',
    'License: Apache-2.0',
    'Stage: Production',
    'Aliases: champion',
  ],
  'inputs-and-outputs': [
    'tenure | FP32 | [-1, 1] | no',
    'probabilities | FP32 | [-1, 2] | probabilities',
    'Classes: No, Yes',
  ],
  'intended-use': ['ann applied at 2026-01-31T07:00:00.000Z'],
  'direct-use': ['Rank customers for a call.'],
  'out-of-scope-use': ['Pricing', 'Credit'],
  factors: ['Broken down by: contract', 'Fairness measured by: female'],
  metrics: ['Judged by: rocAuc (maximize)', 'expectedCalibrationError | lower is better', '95 %'],
  'evaluation-data': ['Dataset: churn version 2', 'Rows: 200', '20 % holdout', 'stratified'],
  'training-data': [
    'Source: data/churn.csv',
    'Rows: 1000',
    '600 rows; 200 for validation',
    'Target: churn',
    'Left out: customer_id',
    'tenure | integer | 0 % | 72 | 0 to 72; mean 32, deviation 24',
    'contract | string | 2 % | 2 | monthly',
  ],
  'training-procedure': [`Run: ${'2'.repeat(32)}`],
  'training-hyperparameters': ['max_depth | 4', 'learning_rate | 0.1', 'Seed: 7', 'Command: python train.py'],
  code: ['Commit: c0ffee0123456789', 'Branch: main', 'Uncommitted changes: no', 'Laurel: 0.2.0'],
  software: ['numpy | 2.1.0', 'xgboost | 3.0.0', 'OMP_NUM_THREADS=1'],
  hardware: ['processor: EPYC', 'memory: 16.0 GiB', 'GPUs: none'],
  'quantitative-analyses': ['Results', 'Fairness', 'Calibration'],
  results: ['rocAuc (judged by) | 0.85 | 0.83 to 0.87', 'plot of intervals'],
  slices: [
    'contract | rows | rocAuc | accuracy',
    'monthly | 120 | 0.81 | 0.77',
    'yearly | 80 | 0.88 | not measurable',
    'plot of bars: rocAuc by contract',
  ],
  fairness: [
    'Demographic parity difference by female: 0.04',
    'Equalized odds difference by female: 0.06',
    '1 | 100 | 29 % | none to measure | 12 %',
    'plot of bars: Share predicted positive by female',
  ],
  calibration: [
    'Expected calibration error: 0.03 (0.02 to 0.05)',
    '0.8 to 0.9 | 80 | 84 % | 79 %',
    'plot of reliability',
  ],
  confusion: ['true class | predicted No | predicted Yes', 'Yes | 20 | 30'],
  champion: ['accuracy per row, 200 rows', '+0.015', 'p = 0.23', 'right only here 7, only the champion 4'],
  'ethical-considerations': ['Calls are never withheld.'],
  limitations: ['Weak for customers of the first month.'],
  'evaluation-gates': ['Every gate passed', 'rocAuc >= 0.82 | pass | 0.85 | 0.82'],
  'rollout-evidence': ['churn/2 | promoted | 1', 'churn/2/crowning | crowning', '| 2'],
  approvals: ['2 persons must approve', 'churn/2 | ben | 2026-01-31T09:40:00.000Z | churn/2/approval/ben'],
  lineage: [
    'Dataset: churn version 2, sha256:dddd',
    'Code: c0ffee',
    'Package: sha256:2222',
    'Environment: sha256:eeee',
    'Parents: none',
  ],
  package: ['Digest: sha256:2222', 'Ed25519 key abcdef0123456789', '9, 12345 bytes', 'laurel package verify churn/2'],
  'release-notes': ['Learns from the autumn campaign.', 'Written by ann', 'after 1.0.0 (version 1)'],
  contact: ['Owner: growth@example.com', 'growth@example.com'],
};

test('a card has these sections and no others', () => {
  expect(Object.keys(sectionsOf(aCardFacts())).toSorted()).toEqual(Object.keys(told).toSorted());
});

test.each(Object.keys(told))('the section %s tells what is recorded', (id) => {
  const text = sectionsOf(aCardFacts())[id];
  for (const part of told[id] ?? []) expect(text).toContain(part);
});

test('looks that only say "go on waiting" are counted, not listed', () => {
  const text = sectionsOf(aCardFacts())['rollout-evidence'];
  expect(text).toContain('churn/2/look/1');
  expect(text).not.toContain('churn/2/look/2');
});

describe('what nobody wrote or recorded', () => {
  const bare = aCardFacts({
    ...aFacts({
      version: { gates: [], gatesPassed: false, metrics: {} },
      report: null,
      dataset: null,
      circumstances: null,
      lock: null,
    }),
    project: { project: aProject(), appliedAt: '2026-01-31T07:00:00.000Z', appliedBy: 'ann' },
    package: { ok: false, problem: 'The package does not match.' },
    evidence: [],
    rollouts: [],
    notes: { written: null, generated: [] },
  });
  const sections = sectionsOf(bare);

  test.each([
    ['direct-use', 'intendedUse'],
    ['out-of-scope-use', 'outOfScope'],
    ['limitations', 'limitations'],
    ['ethical-considerations', 'ethics'],
    ['contact', 'contact'],
  ])('%s says that nobody wrote it and where to write it', (section, key) => {
    expect(sections[section]).toContain(`Nobody has written this: set spec.card.${key} in the project file of churn`);
  });

  test.each([
    ['results', 'Nothing was measured'],
    ['slices', 'No evaluation report is kept'],
    ['training-hyperparameters', 'left no record of its parameters'],
    ['training-data', 'The dataset version is gone'],
    ['software', 'wrote no environment.lock'],
    ['hardware', 'did not say on which machine'],
    ['evaluation-gates', 'Not every gate passed'],
    ['rollout-evidence', 'has never been rolled out'],
    ['package', 'does not verify; never serve it. The package does not match.'],
    ['release-notes', 'laurel release-notes churn/2 --set TEXT'],
  ])('%s says so', (section, text) => {
    expect(sections[section]).toContain(text);
  });

  test('a card of a project that is gone is still written', () => {
    const gone = sectionsOf({ ...bare, project: null });
    expect(gone['direct-use']).toContain('Nobody has written this');
    expect(gone['factors']).toContain('fairness between groups is not measured');
  });
});

test('a regression has neither fairness nor classes', () => {
  const { version, report } = aFacts();
  const sections = sectionsOf(
    aCardFacts({
      version: { ...version, signature: { ...version.signature, task: 'regression', classes: [] } },
      report: { ...report!, calibration: [], confusion: null, fairness: [], comparison: null },
    }),
  );
  expect(sections['fairness']).toContain('binary tasks only');
  expect(sections['confusion']).toContain('no classes');
  expect(sections['calibration']).toContain('no probabilities');
  expect(sections['champion']).toContain('no champion');
});

describe('as Markdown', () => {
  const whole = cardMarkdown(modelCard(aCardFacts()));

  test('the metadata block is that of a model card of Hugging Face', () => {
    const [, head = ''] = whole.split('---\n');
    const entries = head
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), JSON.parse(line.slice(line.indexOf(':') + 1))]);
    expect(Object.fromEntries(entries)).toMatchObject({
      license: 'Apache-2.0',
      pipeline_tag: 'tabular-classification',
      'model-index': [{ name: 'churn', results: [{ metrics: [{ type: 'rocAuc', value: 0.85 }, expect.anything()] }] }],
    });
  });

  test('every section is a heading, and a list of a person is a list', () => {
    const headings = [...whole.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title);
    expect(headings).toHaveLength(Object.keys(told).length + 1);
    expect(headings).toEqual(expect.arrayContaining(['Model Details', 'Intended Use', 'Bias, Risks, and Limitations']));
    expect(whole).toContain('\n- Pricing\n- Credit\n');
  });

  const hostile = [
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '![x](https://evil.example/p.png)',
    '`</code><img src=x onerror=alert(1)>`',
    '| a | b |\n|---|---|',
    '# heading\n\n---\n- item',
    '&lt;script&gt;',
    '1. one',
    '7) seven',
    '- item',
    '+ item',
    '===',
    '---',
    '## two',
    '> said',
    '    indented',
    '*bold* _it_ ~~gone~~',
  ];

  test.each(hostile)('the name %j is read as text wherever it stands', (name) => {
    const facts = aFacts();
    const column = { ...facts.dataset!.schema.columns[0]!, name };
    const markdown = cardMarkdown(
      modelCard(
        aCardFacts({
          version: aModelVersion({ algorithm: name, metrics: { [name]: { value: 1, low: 0, high: 1 } } }),
          dataset: { ...facts.dataset!, source: name, schema: { columns: [column] } },
          report: { ...facts.report!, slices: [{ column: name, value: name, rows: 1, metrics: { rocAuc: 1 } }] },
          lock: name,
          project: { project: aProject({ intendedUse: name, contact: name }), appliedAt: '', appliedBy: name },
          notes: { written: { text: name, author: name, at: '' }, generated: [name] },
        }),
      ),
    );
    const page = marked.parse(markdown.replace(/^---\n[\s\S]*?\n---\n/, ''), { async: false });
    const elements = namesIn(parseFragment(page));
    expect(elements.filter((tag) => ['script', 'img', 'code', 'em', 'del', 'ol', 'hr', 'pre'].includes(tag))).toEqual(
      [],
    );
    expect([...page.matchAll(/href="([^"]*)"/g)].filter(([, to]) => !/^(mailto|https):/.test(to ?? ''))).toEqual([]);
    const heads = elements.filter((tag) => /^h\d$/.test(tag)).length;
    expect(heads).toBe(Object.keys(told).length + 1);
  });
});

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.DocumentFragment;

function namesIn(node: Node): readonly string[] {
  const own = 'tagName' in node ? [node.tagName] : [];
  return [...own, ...('childNodes' in node ? node.childNodes.flatMap(namesIn) : [])];
}

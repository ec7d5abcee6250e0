import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findToolchain } from '@laurel/dev';
import { parse } from 'yaml';
import { copyOfChurn } from '../support/ci-projects.js';

/** A column of a model that answers a little differently each time, is slow, and hides that a value may be missing. */
const faultyExport = `
import json
from onnx import helper


def unsteady(model):
    for node in model.graph.node:
        node.output[:] = ["steady" if name == "probabilities" else name for name in node.output]
        node.input[:] = ["steady" if name == "probabilities" else name for name in node.input]
    model.graph.node.append(helper.make_node("RandomUniformLike", ["steady"], ["noise"], low=0.99, high=0.999))
    model.graph.node.append(helper.make_node("Mul", ["steady", "noise"], ["probabilities"]))
    return model


def strict(folder):
    path = folder / "model.json"
    description = json.loads(path.read_text())
    for column in description["inputs"]:
        column["optional"] = False
    path.write_text(json.dumps(description))
`;

/** What the example's GitHub workflow tells `laurel ci`. */
async function askedByWorkflow(folder: string): Promise<readonly string[]> {
  const workflow = parse(await readFile(join(folder, '.github', 'workflows', 'laurel-ci.yaml'), 'utf8')) as {
    readonly jobs: { readonly test: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const line = workflow.jobs.test.steps.flatMap(({ run }) => (run?.includes('laurel.mjs ci ') ? [run] : []))[0] ?? '';
  return line.split(' ci project ')[1]?.split(' ') ?? [];
}

test('as its GitHub workflow asks, the churn example passes, and says so in JUnit, in Markdown and to GitHub', async () => {
  await using project = await copyOfChurn();
  const step = join(project.folder, 'step.md');
  const asked = await askedByWorkflow(project.folder);
  expect(asked).toEqual(['--quick', '--junit', 'reports/junit.xml', '--summary', 'reports/summary.md']);
  const { code, failures, results } = await project.ci(asked, { GITHUB_STEP_SUMMARY: step });
  expect({ code, failures }).toEqual({ code: 0, failures: [] });
  expect(new Set(results.map(({ suite }) => suite))).toEqual(
    new Set(['data', 'training', 'features', 'model', 'deployment']),
  );
  const junit = await readFile(join(project.folder, 'reports', 'junit.xml'), 'utf8');
  expect(junit).toContain(`<testsuites tests="${results.length}" failures="0"`);
  expect(junit).toContain('<testcase classname="churn.model" name="invariance of female"/>');
  const summary = await readFile(join(project.folder, 'reports', 'summary.md'), 'utf8');
  expect(summary).toContain('## laurel ci: churn passed');
  expect(await readFile(step, 'utf8')).toBe(summary);
}, 300_000);

test('every fault of the data is named, and a trainer that fails', async () => {
  await using project = await copyOfChurn();
  await project.spoil((rows) => {
    for (const [index, row] of rows.entries()) {
      row['cancelled_on'] = row['churn'] === 'Yes' ? 'March' : 'never';
      row['phone_number'] = `0700-${index}`;
    }
    Object.assign(rows[0] ?? {}, { tenure: '999' });
    Object.assign(rows[1] ?? {}, { tenure: '' });
    Object.assign(rows[2] ?? {}, { monthly_charges: 'a lot' });
    return [...rows, ...rows.slice(100, 700)];
  });
  await project.edit('laurel.yaml', 'n_estimators: 300', 'n_estimators: -1');
  await project.edit('laurel.yaml', 'rows: { min: 1000 }', 'rows: { min: 10000 }');
  const { code, failures, results } = await project.ci([]);
  expect(code).toBe(1);
  expect(failures).toEqual([
    expect.stringMatching(/^data: column monthly_charges: expected a numeric column, found a categorical one\.$/),
    expect.stringMatching(/^data: rule tenure .*"tenure" is missing in .*"tenure" goes up to 999, .* at most 100\.$/),
    expect.stringMatching(/^data: rule monthly_charges .* holds text and not numbers\.$/),
    expect.stringMatching(/^data: rule rows at least 10000: .* has 7643 rows/),
    expect.stringMatching(/^data: leak through cancelled_on: .* at most 90 % of what churn is, found 100 %: /),
    expect.stringMatching(/^data: leak through phone_number: .* found another value in nearly every row\.$/),
    expect.stringMatching(/^data: keys of train and validation: expected at most 0 % .* found \d+ of \d+ \(/),
    expect.stringMatching(/^data: rows of train and validation: expected at most 2 % .* found \d+ of \d+ \(/),
    expect.stringMatching(/^data: keys of train and holdout: /),
    expect.stringMatching(/^data: rows of train and holdout: /),
    expect.stringMatching(/^data: keys of validation and holdout: /),
    expect.stringMatching(/^data: rows of validation and holdout: /),
    expect.stringMatching(
      /^training: trainer: expected a model, found that the trainer gave up: The numbers of rounds /,
    ),
  ]);
  expect(results.filter(({ state }) => state === 'skipped').map(({ suite }) => suite)).toContain('deployment');
}, 300_000);

test('every fault of a model and of its deployment is named', async () => {
  await using project = await copyOfChurn();
  await project.spoil((rows) =>
    rows.map((row, index) => ({
      ...row,
      contract: index === 5 ? '' : String(row['contract']),
      // The model learns that women leave, that loyalty makes leaving likelier, and nothing about long contracts.
      female: index % 3 === 0 ? String(row['female']) : row['churn'] === 'Yes' ? '1' : '0',
      tenure: String(72 - Number(row['tenure'])),
      churn: row['contract'] === 'Two year' ? (index % 2 === 0 ? 'Yes' : 'No') : String(row['churn']),
    })),
  );
  await project.edit('train.py', 'import laurel_trainer\n', `import laurel_trainer\n${faultyExport}\n`);
  await project.edit(
    'train.py',
    'return add_ballast(model, parameters.ballast)',
    'return add_ballast(unsteady(model), parameters.ballast)',
  );
  await project.edit(
    'train.py',
    '        change=lambda model: changed(model, data, parameters),\n    )',
    '        change=lambda model: changed(model, data, parameters),\n    )\n    strict(job.output_folder)',
  );
  await project.edit(
    'laurel.yaml',
    'n_estimators: 300 }',
    'n_estimators: 40, ballast: 12, features: "tenure,female,contract" }',
  );
  await project.edit('tests.yaml', 'rows: 100 }\n', 'rows: 100, latency: 5ms }\n');
  const { code, failures } = await project.ci([]);
  expect(code).toBe(1);
  expect(failures).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^features: inputs cover the declared columns: expected an input of the graph for each, found none for .*monthly_charges/,
      ),
      expect.stringMatching(
        /^features: missing values are allowed where the data has them: .* contract \(missing in 1 row\)\.$/,
      ),
      expect.stringMatching(
        /^features: graph agrees with the trainer on the validation rows: .* found a difference of 0\.0/,
      ),
      expect.stringMatching(/^model: invariance of female: .* found another one in \d+ of 500 /),
      expect.stringMatching(/^model: direction of tenure: .* found the contrary in \d+ of /),
      expect.stringMatching(
        /^model: quality accuracy where contract = Two year: expected accuracy of at least 0\.9 .* found 0\.\d+ on \d+ rows\.$/,
      ),
      expect.stringMatching(/^deployment: served answers: .* found a difference of 0\.0/),
      expect.stringMatching(/^deployment: time of a request: expected a median of at most 5 ms for one row, found \d+/),
    ]),
  );
}, 300_000);

const { torchPython } = findToolchain();
const withTorch = torchPython === null ? test.skip : test;

withTorch(
  'a parameter of a network that no gradient reaches is named',
  async () => {
    await using project = await copyOfChurn();
    const template = await readFile(new URL('../../infra/trainer/templates/train_ddp.py', import.meta.url), 'utf8');
    await project.edit('train.py', /[^]*/, template.replace('network = perceptron(', 'network = cut_off(').concat(''));
    await project.edit(
      'train.py',
      'def goal(',
      'class cut_off(torch.nn.Module):\n    def __init__(self, *sizes):\n        super().__init__()\n        self.body, self.unused = perceptron(*sizes), torch.nn.Linear(3, 3)\n\n    def forward(self, x):\n        return self.body(x)\n\n\ndef goal(',
    );
    await project.edit('laurel.yaml', '{ max_depth: 4, learning_rate: 0.1, n_estimators: 300 }', '{ epochs: 20 }');
    await project.edit('tests.yaml', 'n_estimators: 60', 'epochs: 2');
    await project.edit('tests.yaml', /model:[^]*?deployment/, 'model:\n  - gradientFlow: { steps: 3 }\n\ndeployment');
    const { code, failures } = await project.ci(['--quick', '--python', String(torchPython)]);
    expect({ code, failures }).toEqual({
      code: 1,
      failures: [
        'model: gradient flow: expected every parameter of the network to move within 3 steps, found no change of unused.weight (no gradient), unused.bias (no gradient).',
      ],
    });
  },
  300_000,
);

test('files that are wrong are wrong usage, and name their lines', async () => {
  await using project = await copyOfChurn();
  await project.edit('tests.yaml', 'metric: rocAuc', 'metric: rocAux');
  await project.edit('tests.yaml', 'add: 24, expect', 'ad: 24, expect');
  const { code, err } = await project.ci([]);
  expect(code).toBe(2);
  expect(err).toMatch(/tests\.yaml, line \d+: model\[2\]\.direction has no key "ad"; did you mean "add"\?/);
});

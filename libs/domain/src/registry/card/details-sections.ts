import { goalOf } from '../../evaluation/metric-names.js';
import type { ProjectSpec } from '../../project/project-spec.js';
import { type CardBlock, type CardSection, fields, missing, note, prose, table } from './card.js';
import type { CardFacts } from './card-facts.js';

export const unknown = 'not recorded';

/** The project as it was when the version was trained, else as it is now. */
export function specOf({ circumstances, project }: CardFacts): ProjectSpec | null {
  return circumstances?.planned.project.spec ?? project?.project.spec ?? null;
}

export function detailsSection(facts: CardFacts): CardSection {
  const { version, project } = facts;
  const { description = '', owner = '' } = project?.project.metadata ?? {};
  return {
    id: 'model-details',
    title: 'Model Details',
    blocks: [
      ...(description === '' ? [] : [prose(description)]),
      fields([
        ['Model', version.project],
        ['Version', `${version.version} (${version.semver})`],
        ['Model type', version.algorithm],
        ['Task', version.signature.task],
        ['Developed by', owner === '' ? unknown : owner],
        ['License', project?.project.spec.card?.licence ?? 'not written; set spec.card.licence in the project file'],
        ['Registered', version.createdAt],
        ['Stage', facts.stage],
        ['Aliases', facts.aliases.join(', ') || 'none'],
      ]),
    ],
    sections: [{ id: 'inputs-and-outputs', title: 'Inputs and Outputs', blocks: signatureBlocks(facts) }],
  };
}

function signatureBlocks({ version: { signature } }: CardFacts): readonly CardBlock[] {
  const shape = (sizes: readonly number[]) => `[${sizes.join(', ')}]`;
  const inputs = signature.inputs.map((input) => [
    input.name,
    input.dtype,
    shape(input.shape),
    input.optional ? 'yes' : 'no',
  ]);
  const outputs = signature.outputs.map((output) => [output.name, output.dtype, shape(output.shape), output.role]);
  const classes = signature.classes.length === 0 ? [] : [fields([['Classes', signature.classes.join(', ')]])];
  return [
    ...table({ caption: 'Inputs', head: ['input', 'type', 'shape', 'may be missing'], rows: inputs }),
    ...table({ caption: 'Outputs', head: ['output', 'type', 'shape', 'role'], rows: outputs }),
    ...classes,
  ];
}

/** Mitchell's "Factors": by which groups and conditions the model was looked at. */
export function factorsSection(facts: CardFacts): CardSection {
  const spec = specOf(facts);
  const slices = spec?.evaluation.slices ?? [];
  const sensitive = spec?.data.sensitive ?? [];
  return {
    id: 'factors',
    title: 'Factors',
    blocks: [
      slices.length === 0
        ? missing('No columns are named in spec.evaluation.slices, so nothing is broken down by groups of rows.')
        : fields([['Broken down by', slices.join(', ')]]),
      sensitive.length === 0
        ? missing('No columns are named in spec.data.sensitive, so fairness between groups is not measured.')
        : fields([['Fairness measured by', sensitive.join(', ')]]),
    ],
  };
}

/** Mitchell's "Metrics": what is measured, how sure it is and what was demanded. */
export function metricsSection(facts: CardFacts): CardSection {
  const spec = specOf(facts);
  const primary = spec?.evaluation.primary;
  const measured = Object.keys(facts.version.metrics);
  const goals = measured.map((metric) => [
    metric,
    goalOf(metric) === 'maximize' ? 'higher is better' : 'lower is better',
  ]);
  return {
    id: 'metrics',
    title: 'Metrics',
    blocks: [
      fields([['Judged by', primary === undefined ? unknown : `${primary.metric} (${primary.goal})`]]),
      note('Intervals are 95 % percentile intervals of a bootstrap over the rows of the holdout.'),
      ...(goals.length === 0 ? [] : table({ caption: 'What is measured', head: ['metric', 'goal'], rows: goals })),
    ],
  };
}

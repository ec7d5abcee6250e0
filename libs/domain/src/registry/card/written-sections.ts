import type { CardSpec } from '../../project/project-spec.js';
import { type CardBlock, type CardSection, fields, missing, note, prose } from './card.js';
import type { CardFacts } from './card-facts.js';

/** What people wrote under a key of `spec.card`, or that nobody did and where to write it. */
function written(key: keyof CardSpec, { project, version }: CardFacts): readonly CardBlock[] {
  const text = project?.project.spec.card?.[key];
  if (text !== undefined && text.trim() !== '') return [prose(text)];
  return [
    missing(
      `Nobody has written this: set spec.card.${key} in the project file of ${version.project}, and apply it with laurel apply.`,
    ),
  ];
}

/** Mitchell's "Intended Use". */
export function usesSection(facts: CardFacts): CardSection {
  return {
    id: 'intended-use',
    title: 'Intended Use',
    blocks: writtenWhen(facts),
    sections: [
      { id: 'direct-use', title: 'Direct Use', blocks: written('intendedUse', facts) },
      { id: 'out-of-scope-use', title: 'Out-of-Scope Use', blocks: written('outOfScope', facts) },
    ],
  };
}

export function ethicsSection(facts: CardFacts): CardSection {
  return { id: 'ethical-considerations', title: 'Ethical Considerations', blocks: written('ethics', facts) };
}

/** Mitchell's "Caveats and Recommendations". */
export function limitsSection(facts: CardFacts): CardSection {
  return { id: 'limitations', title: 'Bias, Risks, and Limitations', blocks: written('limitations', facts) };
}

export function contactSection(facts: CardFacts): CardSection {
  const owner = facts.project?.project.metadata.owner ?? '';
  const answers = owner === '' ? [] : [fields([['Owner', owner]])];
  return {
    id: 'contact',
    title: 'Model Card Contact',
    blocks: [...answers, ...written('contact', facts)],
  };
}

function writtenWhen({ project }: CardFacts): readonly CardBlock[] {
  if (project === null) return [];
  return [note(`From the project file that ${project.appliedBy} applied at ${project.appliedAt}.`)];
}

import { machineFacts } from '../../training/circumstance-differences.js';
import { requirementsOf } from '../../training/environment-lock.js';
import { type CardBlock, type CardSection, fields, missing, note, table } from './card.js';
import type { CardFacts } from './card-facts.js';
import { specOf, unknown } from './details-sections.js';

/** How the model was made: parameters, code, environment, hardware. */
export function trainingSection(facts: CardFacts): CardSection {
  return {
    id: 'training-procedure',
    title: 'Training Procedure',
    blocks: [fields([['Run', facts.version.runId]])],
    sections: [
      { id: 'training-hyperparameters', title: 'Training Hyperparameters', blocks: parameterBlocks(facts) },
      { id: 'code', title: 'Code', blocks: codeBlocks(facts) },
      { id: 'software', title: 'Software', blocks: softwareBlocks(facts) },
      { id: 'hardware', title: 'Hardware', blocks: hardwareBlocks(facts) },
    ],
  };
}

function parameterBlocks(facts: CardFacts): readonly CardBlock[] {
  const training = facts.circumstances?.planned.project.spec.training;
  if (training === undefined)
    return [missing('The run left no record of its parameters; runs record them since Laurel 0.2.')];
  const rows = Object.entries(training.parameters).map(([name, value]) => [name, String(value)]);
  return [
    ...(rows.length === 0 ? [] : table({ caption: 'Parameters', head: ['parameter', 'value'], rows })),
    fields([
      ['Seed', String(training.seed)],
      ['Command', training.command.join(' ')],
      ['Workers', String(training.workers ?? 1)],
    ]),
  ];
}

function codeBlocks({ version, circumstances }: CardFacts): readonly CardBlock[] {
  const { commit, branch, dirty } = version.lineage.code;
  const source = circumstances?.planned.source.digest ?? unknown;
  const changed = circumstances?.made?.sourceChanged === true;
  return [
    fields([
      ['Commit', commit ?? 'outside of version control'],
      ['Branch', branch ?? 'none'],
      ['Uncommitted changes', dirty ? 'yes' : 'no'],
      ['Digest of the code', source],
      ['Laurel', circumstances?.planned.laurel ?? unknown],
    ]),
    ...(changed ? [note('The code changed while the run trained; nobody can say which state of it was read.')] : []),
  ];
}

function softwareBlocks(facts: CardFacts): readonly CardBlock[] {
  const { lock, version } = facts;
  const python = specOf(facts)?.training.environment?.python ?? null;
  const settings = Object.entries(facts.circumstances?.made?.ranOn?.settings ?? {});
  const named = fields([
    ...(python === null ? [] : [['Python', python] as const]),
    ['Environment lock', version.lineage.environment ?? 'none was written'],
    ...(settings.length === 0 ? [] : [['Settings', settings.map((pair) => pair.join('=')).join(', ')] as const]),
  ]);
  if (lock === null) return [named, missing('The trainer wrote no environment.lock, or it is gone.')];
  const rows = Object.entries(requirementsOf(lock)).map(([name, is]) => [name, is]);
  return [named, ...table({ caption: 'Installed', head: ['package', 'version'], rows })];
}

function hardwareBlocks({ circumstances }: CardFacts): readonly CardBlock[] {
  const known = Object.entries(machineFacts(circumstances?.made?.ranOn)).flatMap(([what, value]) =>
    value === null ? [] : [[what, value] as const],
  );
  return known.length === 0 ? [missing('Whoever ran the trainer did not say on which machine.')] : [fields(known)];
}

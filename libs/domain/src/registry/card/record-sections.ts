import { type CardBlock, type CardSection, fields, missing, note, prose } from './card.js';
import type { CardFacts } from './card-facts.js';
import { unknown } from './details-sections.js';

export function lineageSection({ version, circumstances }: CardFacts): CardSection {
  const { dataset, code, environment, parents } = version.lineage;
  return {
    id: 'lineage',
    title: 'Lineage',
    blocks: [
      fields([
        ['Dataset', `${dataset.name} version ${dataset.version}, ${dataset.digest}`],
        ['Code', code.commit ?? circumstances?.planned.source.digest ?? unknown],
        ['Run', version.runId],
        ['Environment', environment ?? unknown],
        ['Trainer output', circumstances?.made?.output ?? unknown],
        ['Graph', circumstances?.made?.model ?? unknown],
        ['Package', version.digest],
        ['Parents', parents.join(', ') || 'none'],
      ]),
      note(`The record of the run: laurel describe run ${version.runId}.`),
    ],
  };
}

export function packageSection({ version, package: stored }: CardFacts): CardSection {
  const checked: CardBlock = stored.ok
    ? note('Every byte was read for this card and hashes to the signed manifest.')
    : missing(`The package does not verify; never serve it. ${stored.problem}`);
  return {
    id: 'package',
    title: 'Package and Signature',
    blocks: [
      checked,
      fields([
        ['Digest', version.digest],
        ...(stored.ok
          ? ([
              ['Signed by', `Ed25519 key ${stored.signedBy}`],
              ['Files', `${stored.files}, ${stored.bytes} bytes`],
            ] as const)
          : []),
        ['Verify', `laurel package verify ${version.project}/${version.version}`],
      ]),
    ],
  };
}

export function notesSection({ notes, version }: CardFacts): CardSection {
  const { written, generated } = notes;
  const own: readonly CardBlock[] =
    written === null
      ? [
          missing(
            `Nobody has written release notes: laurel release-notes ${version.project}/${version.version} --set TEXT.`,
          ),
        ]
      : [prose(written.text), note(`Written by ${written.author} at ${written.at}.`)];
  return {
    id: 'release-notes',
    title: 'Release Notes',
    blocks: [...own, { kind: 'list', items: generated }],
  };
}

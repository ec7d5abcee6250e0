import type { Evidence } from '../../rollout/evidence.js';
import { type CardBlock, type CardSection, fields, note, table } from './card.js';
import type { CardFacts } from './card-facts.js';
import { numberText } from './card-text.js';
import { specOf } from './details-sections.js';

/** Looks, which come every second, are counted; everything else is listed. */
const mostEvidence = 40;

export function gateSection({ version }: CardFacts): CardSection {
  const rows = version.gates.map(({ gate, state, observed, bound, message }) => [
    gate,
    state,
    observed === null ? '' : numberText(observed),
    bound === null ? '' : numberText(bound),
    message,
  ]);
  const verdict = version.gatesPassed
    ? 'Every gate passed: the version may be rolled out.'
    : 'Not every gate passed: the version cannot be rolled out.';
  const none = [note('The project declares no gates in spec.evaluation.gates.')];
  const head = ['gate', 'state', 'observed', 'bound', 'result'];
  return {
    id: 'evaluation-gates',
    title: 'Evaluation Gates',
    blocks: [note(verdict), ...(rows.length === 0 ? none : table({ caption: 'Gates', head, rows }))],
  };
}

export function rolloutSection(facts: CardFacts): CardSection {
  const { rollouts, evidence } = facts;
  if (rollouts.length === 0) {
    const blocks = [note('The version has never been rolled out.'), ...evidenceBlocks(evidence)];
    return { id: 'rollout-evidence', title: 'Rollout Evidence', blocks };
  }
  const rows = rollouts.map(({ id, status, cause, champion, startedAt, endedAt }) => [
    id,
    cause === null ? status : `${status} (${cause})`,
    champion === null ? 'none' : String(champion),
    startedAt,
    endedAt ?? 'still open',
    String(evidence.filter(({ kind, rollout }) => kind === 'look' && rollout === id).length),
  ]);
  const head = ['rollout', 'outcome', 'champion before', 'began', 'ended', 'looks at live traffic'];
  return {
    id: 'rollout-evidence',
    title: 'Rollout Evidence',
    blocks: [...table({ caption: 'Rollouts', head, rows }), ...evidenceBlocks(evidence)],
  };
}

/** Everything that decided; of the looks, those that did not say "go on waiting". */
function evidenceBlocks(evidence: readonly Evidence[]): readonly CardBlock[] {
  const decisive = evidence.filter(({ kind, decision }) => kind !== 'look' || decision.action !== 'continue');
  if (decisive.length === 0) return [];
  const rows = decisive.map(({ id, kind, at, decision }) => [
    id,
    kind,
    at,
    decision.verdict,
    decision.action,
    [...decision.reasons, ...decision.metrics].join(', '),
  ]);
  const head = ['evidence', 'kind', 'at', 'verdict', 'action', 'because'];
  return table({ caption: 'Stored evidence', head, rows }, mostEvidence);
}

export function approvalSection(facts: CardFacts): CardSection {
  const needed = specOf(facts)?.approval;
  const demand =
    needed?.required === true
      ? `${needed.approvers} ${needed.approvers === 1 ? 'person' : 'persons'} must approve a rollout.`
      : 'The project demands no approval.';
  const rows = facts.rollouts.flatMap(({ id, approvals }) =>
    approvals.map(({ by, at, evidenceId }) => [id, by, at, evidenceId]),
  );
  const head = ['rollout', 'approved by', 'at', 'evidence'];
  return {
    id: 'approvals',
    title: 'Approvals',
    blocks: [
      note(demand),
      ...(rows.length === 0
        ? [fields([['Approvals', 'none']])]
        : table({ caption: 'Approvals, bound to the digest of this version', head, rows })),
    ],
  };
}

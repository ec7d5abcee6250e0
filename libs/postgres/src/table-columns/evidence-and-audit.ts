import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/evidence-and-audit.ts`. */
export const evidenceAndAuditColumns: ColumnsOf<'evidence' | 'audit_events' | 'audit_head' | 'audit_checkpoints'> = {
  evidence: {
    sequence: 'bigint',
    id: 'text',
    kind: 'text',
    endpoint: 'text',
    rollout: 'text?',
    step: 'integer?',
    look: 'integer?',
    at: 'timestamptz',
    epoch: 'bigint?',
    champion: 'jsonb?',
    challenger: 'jsonb',
    challenger_digest: 'text',
    policy_digest: 'text?',
    input: 'jsonb?',
    verdict: 'text',
    decision: 'jsonb',
    code_version: 'text',
  },
  audit_events: {
    sequence: 'bigint',
    at: 'timestamptz',
    actor: 'text',
    action: 'text',
    subject: 'text',
    detail: 'jsonb',
    previous_hash: 'text',
    hash: 'text',
  },
  audit_head: { single: 'boolean', events: 'bigint', hash: 'text' },
  audit_checkpoints: { through: 'bigint', hash: 'text', at: 'timestamptz' },
};

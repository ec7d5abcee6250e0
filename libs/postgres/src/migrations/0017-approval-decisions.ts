/** Grants and rejections, with their reason and form, and the key they were given with; and who is no approver. */
export const approvalDecisions = `
alter table approvals drop constraint approvals_pkey;
alter table approvals rename column granted_at to decided_at;
alter table approvals
  add column sequence bigint generated always as identity primary key,
  add column decision text not null default 'granted' check (decision in ('granted', 'rejected')),
  add column key_id text,
  add column reason text,
  add column form jsonb not null default '{}',
  add constraint approvals_evidence unique (evidence_id);
create index approvals_of_rollout on approvals (rollout, sequence);
create trigger approvals_are_append_only before update or delete or truncate on approvals
  for each statement execute function refuse_change();

alter table rollouts add column authors jsonb not null default '[]';
`;

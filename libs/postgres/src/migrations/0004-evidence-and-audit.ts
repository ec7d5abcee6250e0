/** What proves a decision, and who did what. Both only grow. */
export const evidenceAndAudit = `
create table evidence (
  sequence bigint generated always as identity unique,
  id text primary key,
  kind text not null check (kind in ('gate', 'look', 'approval', 'crowning', 'rollback')),
  endpoint text not null,
  rollout text,
  step integer,
  look integer,
  at timestamptz(3) not null,
  epoch bigint,
  champion jsonb,
  challenger jsonb not null,
  challenger_digest text not null,
  policy_digest text,
  input jsonb,
  verdict text not null check (verdict in ('pass', 'fail', 'inconclusive', 'error')),
  decision jsonb not null,
  code_version text not null
);
create index evidence_of_rollout on evidence (rollout, sequence) where rollout is not null;
create index evidence_of_endpoint on evidence (endpoint, sequence);
create index evidence_of_digest on evidence (challenger_digest, sequence);

create table audit_events (
  sequence bigint primary key,
  at timestamptz(3) not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null,
  previous_hash text not null,
  hash text not null
);

create table audit_head (
  single boolean primary key default true check (single),
  events bigint not null,
  hash text not null
);
insert into audit_head (events, hash) values (0, '');

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'Table % is append-only', tg_table_name using errcode = 'LA001';
end $$;
create trigger evidence_is_append_only before update or delete or truncate on evidence
  for each statement execute function refuse_change();
create trigger audit_is_append_only before update or delete or truncate on audit_events
  for each statement execute function refuse_change();
create trigger audit_head_stays before delete or truncate on audit_head
  for each statement execute function refuse_change();
`;

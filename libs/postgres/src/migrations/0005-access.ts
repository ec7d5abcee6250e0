/** Who may call, which calls were answered, what people are told. */
export const access = `
create table api_keys (
  id text primary key,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'approver', 'admin')),
  secret_hash text not null,
  created_at timestamptz(3) not null default now(),
  revoked_at timestamptz(3)
);

create table idempotency_keys (
  actor text not null,
  key text not null,
  request_digest text not null,
  answer jsonb,
  claimed_at timestamptz(3) not null default now(),
  completed_at timestamptz(3),
  primary key (actor, key)
);
create index idempotency_keys_by_age on idempotency_keys (claimed_at);

create table platform_events (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null default clock_timestamp(),
  type text not null,
  subject text not null,
  detail jsonb not null
);
`;

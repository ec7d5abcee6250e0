/**
 * Who serves what. One open reign per endpoint is the champion (I1); one committed and one prepared split per endpoint,
 * whose weights sum to 100 (I2); fence and epoch stand in the endpoint's row, which every routing write locks (I3).
 */
export const routing = `
create table endpoints (
  endpoint text primary key,
  project text not null,
  fence bigint not null default 0,
  last_epoch bigint not null default 0,
  created_at timestamptz(3) not null default now()
);

create table champions (
  reign bigint generated always as identity primary key,
  endpoint text not null references endpoints (endpoint),
  project text not null,
  version integer not null,
  digest text not null,
  semver text not null,
  incarnation bigint not null,
  evidence_id text not null,
  restores bigint references champions (reign),
  crowned_at timestamptz(3) not null default now(),
  ended_at timestamptz(3),
  unique (endpoint, incarnation),
  foreign key (project, version) references model_versions (project, version)
);
create unique index one_champion_per_endpoint on champions (endpoint) where ended_at is null;

create function weights_of(arms jsonb) returns numeric language sql immutable strict parallel safe as $$
  select coalesce(sum((arm ->> 'weight')::numeric), 0) from jsonb_array_elements(arms) as arm
$$;

create table splits (
  endpoint text not null references endpoints (endpoint),
  epoch bigint not null check (epoch > 0),
  state text not null check (state in ('prepared', 'committed', 'retired')),
  fence bigint not null,
  incarnation bigint not null,
  change_id text not null,
  arms jsonb not null,
  shadow jsonb,
  sticky_key text,
  salt text not null,
  baseline jsonb,
  applied_by text not null,
  applied_at timestamptz(3) not null default now(),
  reason text not null,
  primary key (endpoint, epoch),
  unique (endpoint, incarnation, change_id),
  constraint weights_sum_to_100 check (abs(weights_of(arms) - 100) < 0.000001),
  constraint weights_are_not_negative check (not jsonb_path_exists(arms, '$[*].weight ? (@ < 0)'))
);
create unique index one_committed_split_per_endpoint on splits (endpoint) where state = 'committed';
create unique index one_prepared_split_per_endpoint on splits (endpoint) where state = 'prepared';

create table rollouts (
  sequence bigint generated always as identity unique,
  id text primary key,
  endpoint text not null references endpoints (endpoint),
  project text not null,
  incarnation bigint not null,
  champion jsonb,
  challenger jsonb not null,
  plan jsonb not null,
  before jsonb not null,
  status text not null default 'running'
    check (status in ('running', 'promoted', 'rolledBack', 'aborted', 'superseded', 'needsOperator')),
  step integer not null default 0,
  cause text,
  evidence_id text,
  started_at timestamptz(3) not null default now(),
  restored_at timestamptz(3),
  ended_at timestamptz(3),
  unique (endpoint, incarnation)
);
create index rollouts_of_endpoint on rollouts (endpoint, sequence desc);
create index rollouts_running on rollouts (endpoint) where status = 'running';

create table approvals (
  rollout text not null references rollouts (id),
  approver text not null,
  digest text not null,
  evidence_id text not null,
  granted_at timestamptz(3) not null default now(),
  primary key (rollout, approver)
);

create table open_analyses (
  rollout text primary key references rollouts (id),
  workflow_id text not null,
  endpoint text not null,
  step integer not null,
  epoch bigint not null,
  mode text not null check (mode in ('shadow', 'canary')),
  settle jsonb not null,
  shadow_requests integer,
  opened_at timestamptz(3) not null
);
`;

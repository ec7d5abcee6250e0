/** What serving processes say: that they live, what they have loaded, what they saw. */
export const serving = `
create table leases (
  process text primary key,
  lease_until timestamptz(3) not null
);

create table acknowledgements (
  endpoint text not null,
  epoch bigint not null,
  process text not null,
  loaded text[] not null,
  at timestamptz(3) not null default now(),
  primary key (endpoint, epoch, process)
);
create index acknowledgements_of_process on acknowledgements (process);

create table ejections (
  endpoint text not null,
  epoch bigint not null,
  process text not null,
  reason text not null,
  at timestamptz(3) not null default now(),
  primary key (endpoint, epoch, process)
);

create table arm_sums (
  endpoint text not null,
  epoch bigint not null,
  arm text not null,
  version integer not null,
  process text not null,
  second bigint not null,
  requests bigint not null,
  errors bigint not null,
  disagreements bigint not null,
  latency jsonb not null,
  primary key (endpoint, epoch, arm, version, process, second)
);
create index arm_sums_by_second on arm_sums (endpoint, second);

create table arm_keys (
  endpoint text not null,
  epoch bigint not null,
  arm text not null,
  key_hash bigint not null,
  primary key (endpoint, epoch, arm, key_hash)
);

create table predictions (
  prediction_id text primary key,
  endpoint text not null,
  epoch bigint not null,
  arm text not null,
  version integer not null,
  at timestamptz(3) not null,
  label text,
  value double precision,
  confidence double precision,
  latency_milliseconds double precision not null,
  status text not null check (status in ('ok', 'error')),
  fallback boolean not null,
  shadow_of text
);
create index predictions_of_epoch on predictions (endpoint, epoch, arm);
create index predictions_by_time on predictions (at);

create table feedback (
  prediction_id text primary key,
  truth text not null,
  truth_value double precision,
  at timestamptz(3) not null,
  source text not null,
  contradictions integer not null default 0
);
create index feedback_by_time on feedback (at);
`;

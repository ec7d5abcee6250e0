/** Each start of a run's trainer, and the numbers trainers report. */
export const attemptsAndMetrics = `
create table run_attempts (
  run_id text not null,
  attempt integer not null check (attempt > 0),
  placement text not null check (placement in ('spot', 'onDemand')),
  cpus double precision not null,
  gpus double precision not null,
  hourly_price double precision,
  currency text,
  node text,
  waiting text,
  from_step bigint,
  last_step bigint not null default 0,
  checkpoint_step bigint,
  ran_seconds double precision not null default 0,
  started_at timestamptz(3) not null default now(),
  sighted_at timestamptz(3) not null default now(),
  ended_at timestamptz(3),
  cause text,
  exit_code integer,
  message text,
  charged boolean,
  primary key (run_id, attempt),
  check ((hourly_price is null) = (currency is null)),
  check ((ended_at is null) = (cause is null))
);
create index run_attempts_open on run_attempts (run_id) where ended_at is null;

create table run_metrics (
  run_id text not null,
  name text not null,
  step bigint not null,
  attempt integer not null,
  value double precision not null,
  at timestamptz(3) not null,
  primary key (run_id, name, step)
);
`;

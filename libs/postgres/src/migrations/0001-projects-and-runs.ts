/** Declared projects, what was read, what was run. */
export const projectsAndRuns = `
create table projects (
  sequence bigint generated always as identity unique,
  name text primary key,
  project jsonb not null,
  folder text not null,
  digest text not null,
  applied_at timestamptz(3) not null default now(),
  applied_by text not null
);

create table dataset_versions (
  sequence bigint generated always as identity unique,
  dataset text not null,
  version integer not null check (version > 0),
  digest text not null,
  rows bigint not null check (rows >= 0),
  source text not null,
  schema jsonb not null,
  statistics jsonb not null,
  table_digest text not null,
  created_at timestamptz(3) not null default now(),
  primary key (dataset, version),
  unique (dataset, digest)
);

create table triggers (
  project text not null,
  key text not null,
  kind text not null,
  run_id text not null,
  created_at timestamptz(3) not null default now(),
  primary key (project, key)
);

create table runs (
  sequence bigint generated always as identity unique,
  run_id text primary key,
  project text not null,
  trigger text not null,
  status text not null default 'running'
    check (status in ('running', 'registered', 'rejected', 'failed', 'cancelled')),
  step text,
  progress jsonb,
  anomalies jsonb not null default '[]',
  version integer,
  code text,
  message text,
  started_at timestamptz(3) not null default now(),
  ended_at timestamptz(3)
);
create index runs_of_project on runs (project, sequence desc);
create index runs_running on runs (sequence) where ended_at is null;

create table step_outputs (
  project text not null,
  step text not null,
  input_digest text not null,
  run_id text not null,
  output jsonb not null,
  saved_at timestamptz(3) not null default now(),
  primary key (project, step, input_digest)
);
`;

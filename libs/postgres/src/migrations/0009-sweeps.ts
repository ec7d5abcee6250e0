/** Searches over parameters; their trials are runs nested in the sweep's run. */
export const sweeps = `
alter table runs add column kind text not null default 'training' check (kind in ('training', 'sweep', 'trial'));
alter table runs add column parent_run_id text;
alter table runs add column trial integer;
alter table runs add constraint runs_nested check ((kind = 'trial') = (parent_run_id is not null and trial is not null));
alter table runs drop constraint runs_status_check;
alter table runs add constraint runs_status_check check (
  status in ('running', 'registered', 'repeated', 'finished', 'pruned', 'rejected', 'failed', 'cancelled')
);
create index runs_of_project_itself on runs (project, sequence desc) where kind <> 'trial';

create table sweeps (
  sequence bigint generated always as identity unique,
  run_id text primary key,
  project text not null,
  key text not null,
  spec jsonb not null,
  requested_by text not null,
  roll_out boolean not null,
  dataset text,
  importance jsonb not null default '[]',
  registered_trial integer,
  ended text,
  asked_at timestamptz(3) not null default now(),
  unique (project, key)
);
create index sweeps_of_project on sweeps (project, sequence desc);

create table trials (
  sweep text not null references sweeps (run_id),
  number integer not null check (number >= 0),
  run_id text not null unique,
  parameters jsonb not null,
  state text not null default 'running'
    check (state in ('running', 'complete', 'pruned', 'failed', 'cancelled')),
  "values" jsonb,
  package text,
  steps bigint not null default 0,
  gpu_milliseconds bigint not null default 0,
  code text,
  message text,
  started_at timestamptz(3) not null default now(),
  ended_at timestamptz(3),
  primary key (sweep, number)
);
`;

/** Models that clients of MLflow log, what went into runs and came out of them, and what keys of runs are made with. */
export const loggedModels = `
create table tracked_datasets (
  dataset_id bigint generated always as identity primary key,
  experiment_id bigint not null,
  name text not null,
  digest text not null,
  source_type text not null,
  source text not null,
  schema text,
  profile text,
  unique (experiment_id, name, digest)
);

create table run_datasets (
  run_id text not null,
  dataset_id bigint not null references tracked_datasets,
  context text,
  tags jsonb not null,
  primary key (run_id, dataset_id)
);
create index run_datasets_of_dataset on run_datasets (dataset_id);

create table logged_models (
  model_id text primary key,
  experiment_id bigint not null,
  name text not null,
  artifact_uri text not null,
  status text not null default 'LOGGED_MODEL_PENDING'
    check (status in ('LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED')),
  model_type text not null,
  source_run_id text not null,
  created_ms bigint not null,
  updated_ms bigint not null,
  lifecycle_stage text not null default 'active' check (lifecycle_stage in ('active', 'deleted'))
);
create index logged_models_by_age on logged_models (experiment_id, created_ms desc, model_id);
create index logged_models_of_run on logged_models (source_run_id);

create table logged_model_params (
  model_id text not null references logged_models,
  key text not null,
  value text not null,
  primary key (model_id, key)
);

create table logged_model_tags (
  model_id text not null references logged_models,
  key text not null,
  value text not null,
  primary key (model_id, key)
);

create table logged_model_metrics (
  model_id text not null,
  name text not null,
  logged_ms bigint not null,
  step bigint not null,
  run_id text not null,
  value double precision not null,
  dataset_name text,
  dataset_digest text,
  primary key (model_id, name, logged_ms, step, run_id)
);

create table run_models (
  run_id text not null,
  model_id text not null,
  role text not null check (role in ('input', 'output')),
  step bigint not null default 0,
  primary key (run_id, role, model_id)
);

create table run_token_key (
  single boolean primary key default true check (single),
  key text not null
);
insert into run_token_key (key)
  values (encode(sha256((gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text)::bytea), 'hex'));
`;

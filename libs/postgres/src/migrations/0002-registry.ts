/** Immutable model versions, and the aliases and stages that point at them. */
export const registry = `
create table model_versions (
  project text not null,
  version integer not null check (version > 0),
  semver text not null,
  digest text not null,
  run_id text not null unique,
  signature jsonb not null,
  algorithm text not null,
  metrics jsonb not null,
  gates jsonb not null,
  gates_passed boolean not null,
  lineage jsonb not null,
  dataset text not null,
  dataset_version integer not null,
  stage text not null default 'None' check (stage in ('None', 'Staging', 'Production', 'Archived')),
  created_at timestamptz(3) not null default now(),
  primary key (project, version),
  unique (project, digest)
);
create index model_versions_by_digest on model_versions (digest);
create index model_versions_by_dataset on model_versions (dataset, dataset_version);

create table aliases (
  project text not null,
  alias text not null,
  version integer not null,
  primary key (project, alias),
  foreign key (project, version) references model_versions (project, version)
);

create function refuse_version_edit() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'stage' is distinct from to_jsonb(old) - 'stage' then
    raise exception 'Version % of % is immutable', old.version, old.project using errcode = 'LA001';
  end if;
  return new;
end $$;
create trigger model_versions_are_immutable before update on model_versions
  for each row execute function refuse_version_edit();
`;

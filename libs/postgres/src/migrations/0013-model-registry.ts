/**
 * The registry as MLflow's clients see it. What Laurel decides (versions of projects, their stages and aliases) is mirrored
 * into it by triggers, in the same transaction; what clients register themselves lives here only.
 */
export const modelRegistry = `
create table registered_models (
  name text primary key,
  description text,
  user_id text,
  managed boolean not null default false,
  last_version integer not null default 0,
  stage_rules jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table registered_model_tags (
  name text not null references registered_models (name) on update cascade on delete cascade,
  key text not null,
  value text not null,
  primary key (name, key)
);

create table registered_versions (
  name text not null references registered_models (name) on update cascade on delete cascade,
  version integer not null check (version > 0),
  id text not null unique,
  source text not null,
  run_id text,
  run_link text,
  model_id text,
  description text,
  user_id text,
  status text not null default 'pending' check (status in ('pending', 'ready', 'failed')),
  status_message text,
  semver text,
  digest text,
  flavor text,
  signature jsonb,
  stage text not null default 'None',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (name, version)
);
create index registered_versions_by_age on registered_versions (updated_at desc, name, version desc);
create index registered_versions_by_run on registered_versions (run_id) where run_id is not null;
create index registered_versions_pending on registered_versions (created_at) where status = 'pending';

create table registered_version_tags (
  name text not null,
  version integer not null,
  key text not null,
  value text not null,
  primary key (name, version, key),
  foreign key (name, version) references registered_versions (name, version) on update cascade on delete cascade
);

create table registered_aliases (
  name text not null,
  alias text not null,
  version integer not null,
  primary key (name, alias),
  foreign key (name, version) references registered_versions (name, version) on update cascade on delete cascade
);
create index registered_aliases_of_version on registered_aliases (name, version);

create function refuse_registered_edit() returns trigger language plpgsql as $$
declare
  free text[] := array['name', 'stage', 'description', 'updated_at'];
begin
  if old.status = 'pending' then
    free := free || array['status', 'status_message', 'semver', 'digest', 'flavor', 'signature'];
  end if;
  if to_jsonb(new) - free is distinct from to_jsonb(old) - free then
    raise exception 'Version % of % is immutable', old.version, old.name using errcode = 'LA001';
  end if;
  return new;
end $$;
create trigger registered_versions_are_immutable before update on registered_versions
  for each row execute function refuse_registered_edit();

create function register_project() returns trigger language plpgsql as $$
begin
  insert into registered_models (name, managed) values (new.name, true)
    on conflict (name) do update set managed = true;
  delete from registered_aliases
    where name = new.name and alias in ('champion', 'challenger', 'baseline');
  update registered_versions set stage = 'None' where name = new.name and stage <> 'None';
  return null;
end $$;
create trigger projects_are_registered after insert on projects for each row execute function register_project();

create function mirror_version() returns trigger language plpgsql as $$
begin
  insert into registered_models (name, managed, last_version) values (new.project, true, new.version)
    on conflict (name) do update
    set managed = true, updated_at = now(), last_version = greatest(registered_models.last_version, new.version);
  insert into registered_versions (name, version, id, source, run_id, status, semver, digest, stage, created_at, updated_at)
    values (new.project, new.version, replace(gen_random_uuid()::text, '-', ''),
      'mlflow-artifacts:/packages/' || substr(new.digest, 8) || '/artifacts',
      new.run_id, 'ready', new.semver, new.digest, new.stage, new.created_at, new.created_at)
    on conflict (name, version) do nothing;
  insert into registered_version_tags (name, version, key, value)
    values (new.project, new.version, 'laurel.semver', new.semver)
    on conflict (name, version, key) do update set value = excluded.value;
  return null;
end $$;
create trigger model_versions_are_mirrored after insert on model_versions
  for each row execute function mirror_version();

create function mirror_stage() returns trigger language plpgsql as $$
begin
  update registered_versions set stage = new.stage, updated_at = now()
    where name = new.project and version = new.version;
  return null;
end $$;
create trigger stages_are_mirrored after update of stage on model_versions
  for each row when (old.stage is distinct from new.stage) execute function mirror_stage();

create function mirror_alias() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from registered_aliases where name = old.project and alias = old.alias;
  else
    insert into registered_aliases (name, alias, version) values (new.project, new.alias, new.version)
      on conflict (name, alias) do update set version = excluded.version;
  end if;
  return null;
end $$;
create trigger aliases_are_mirrored after insert or update or delete on aliases
  for each row execute function mirror_alias();

create function demand_reign() returns trigger language plpgsql as $$
begin
  if exists (select from model_versions
      where project = new.project and version = new.version and stage = 'Production')
    and not exists (select from champions
      where project = new.project and version = new.version and ended_at is null) then
    raise exception 'Version % of % is champion of no endpoint, so it is not in Production', new.version, new.project
      using errcode = 'LA001';
  end if;
  return null;
end $$;
create constraint trigger production_reigns after insert or update of stage on model_versions
  deferrable initially deferred for each row when (new.stage = 'Production') execute function demand_reign();

insert into registered_models (name, managed, last_version)
  select name, true, coalesce((select max(version) from model_versions where project = name), 0)
  from (select name from projects union select project from model_versions) as known;
insert into registered_versions (name, version, id, source, run_id, status, semver, digest, stage, created_at, updated_at)
  select project, version, replace(gen_random_uuid()::text, '-', ''),
    'mlflow-artifacts:/packages/' || substr(digest, 8) || '/artifacts',
    run_id, 'ready', semver, digest, stage, created_at, created_at
  from model_versions;
insert into registered_version_tags (name, version, key, value)
  select project, version, 'laurel.semver', semver from model_versions;
insert into registered_aliases (name, alias, version) select project, alias, version from aliases;
`;

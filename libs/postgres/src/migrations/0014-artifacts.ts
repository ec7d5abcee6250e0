/** Which bytes lie under which path of whom. The bytes themselves are objects named by digest. */
export const artifacts = `
create table artifacts (
  owner text not null,
  path text not null check (path <> ''),
  digest text not null,
  size bigint not null check (size >= 0),
  stored_by text not null,
  stored_at timestamptz(3) not null default now(),
  primary key (owner, path)
);
create index artifacts_by_digest on artifacts (digest);

create function refuse_pinned_edit() returns trigger language plpgsql as $$
begin
  raise exception 'The content of a registered version is immutable' using errcode = 'LA001';
end $$;
create trigger pinned_artifacts_stay before update or delete on artifacts
  for each row when (old.owner like 'version/%') execute function refuse_pinned_edit();

create table artifact_uploads (
  id text primary key,
  owner text not null,
  path text not null,
  parts integer not null check (parts > 0),
  started_by text not null,
  started_at timestamptz(3) not null default now()
);

create table artifact_parts (
  upload text not null references artifact_uploads (id) on delete cascade,
  part integer not null check (part > 0),
  digest text not null,
  size bigint not null check (size >= 0),
  primary key (upload, part)
);
`;

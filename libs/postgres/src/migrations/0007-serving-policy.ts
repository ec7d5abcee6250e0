/** How an endpoint is served, and header rules, as parts of its split; versions that are kept loaded beside it. */
export const servingPolicy = `
alter table splits add column policy jsonb;
alter table splits add column headers jsonb;

create table warm_versions (
  endpoint text not null references endpoints (endpoint),
  version integer not null,
  digest text not null,
  semver text not null,
  asked_by text not null,
  asked_at timestamptz(3) not null default now(),
  primary key (endpoint, version)
);
`;

/** The evaluation behind a version, and what people say about it. Release notes only grow: the newest revision counts. */
export const cards = `
alter table model_versions add column report text;

create table release_notes (
  project text not null,
  version integer not null,
  revision integer not null check (revision > 0),
  text text not null,
  author text not null,
  written_at timestamptz(3) not null default now(),
  primary key (project, version, revision),
  foreign key (project, version) references model_versions (project, version)
);
create trigger release_notes_are_append_only before update or delete or truncate on release_notes
  for each statement execute function refuse_change();
`;

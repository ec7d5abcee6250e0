/** What runs depended on, what repeating them gave, and what a trigger asked. */
export const runCircumstances = `
create table run_circumstances (
  run_id text primary key,
  planned jsonb not null,
  made jsonb,
  repetition jsonb,
  planned_at timestamptz(3) not null default now()
);

alter table triggers add column request jsonb;
`;

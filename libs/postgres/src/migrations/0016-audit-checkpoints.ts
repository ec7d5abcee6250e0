/**
 * What is older than a signed checkpoint may leave the audit log; nothing else may, and nothing changes. An event is
 * appended by one call: every decision of the installation waits for the row of the head, so it is held as short as can be.
 */
export const auditCheckpoints = `
create table audit_checkpoints (
  through bigint primary key check (through > 0),
  hash text not null,
  at timestamptz(3) not null default clock_timestamp()
);
create trigger audit_checkpoints_are_append_only before update or delete or truncate on audit_checkpoints
  for each statement execute function refuse_change();

create function keep_audit_events() returns trigger language plpgsql as $$
begin
  if old.sequence > coalesce((select max(through) from audit_checkpoints), 0) then
    raise exception 'Table audit_events is append-only' using errcode = 'LA001';
  end if;
  return old;
end $$;
drop trigger audit_is_append_only on audit_events;
create trigger audit_is_append_only before update or truncate on audit_events
  for each statement execute function refuse_change();
create trigger audit_keeps_events before delete on audit_events
  for each row execute function keep_audit_events();
create index audit_events_by_time on audit_events (at);

create function append_audit(
  actor_text text, action_text text, subject_text text, detail_value jsonb,
  actor_json text, action_json text, subject_json text, detail_json text
) returns void language plpgsql as $$
declare
  head audit_head;
  written timestamptz(3);
  content text;
  link text;
begin
  select * into strict head from audit_head for update;
  written := date_trunc('milliseconds', clock_timestamp());
  content := '{"action":' || action_json || ',"actor":' || actor_json
    || ',"at":"' || to_char(written at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","detail":' || detail_json
    || ',"sequence":' || head.events + 1 || ',"subject":' || subject_json || '}';
  link := encode(sha256(convert_to(head.hash || content, 'UTF8')), 'hex');
  insert into audit_events (sequence, at, actor, action, subject, detail, previous_hash, hash)
    values (head.events + 1, written, actor_text, action_text, subject_text, detail_value, head.hash, link);
  update audit_head set events = head.events + 1, hash = link;
end $$;
`;

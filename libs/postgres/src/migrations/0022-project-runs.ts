/**
 * Runs of folders that MLflow runs. Whoever asks for one chooses its experiment, so its tracked run is there before the row:
 * the row then owns it and leaves it in its experiment.
 */
export const projectRuns = `
alter table runs drop constraint runs_kind_check;
alter table runs add constraint runs_kind_check check (kind in ('training', 'sweep', 'trial', 'project'));

create or replace function track_run() returns trigger language plpgsql as $$
declare
  experiment bigint := coalesce(
    (select experiment_id from tracked_runs where run_id = new.run_id), experiment_of_project(new.project));
  shown text := case when new.kind = 'trial' then 'trial ' || new.trial else new.kind || ' ' || left(new.run_id, 8) end;
begin
  insert into tracked_runs (run_id, experiment_id, name, user_id, status, start_ms, end_ms, artifact_uri, owned)
    values (
      new.run_id, experiment, shown, 'laurel',
      case new.status when 'running' then 'RUNNING' when 'failed' then 'FAILED' when 'cancelled' then 'KILLED'
        else 'FINISHED' end,
      (extract(epoch from new.started_at) * 1000)::bigint,
      (extract(epoch from new.ended_at) * 1000)::bigint,
      (select artifact_location from experiments where experiment_id = experiment)
        || '/' || new.run_id || '/artifacts',
      true)
    on conflict (run_id) do update set status = excluded.status, end_ms = excluded.end_ms, owned = true;
  insert into run_tags (run_id, key, value)
    select new.run_id, given.key, given.value from (values
      ('mlflow.runName', shown),
      ('mlflow.source.name', 'laurel'),
      ('mlflow.source.type', 'PROJECT'),
      ('mlflow.user', 'laurel'),
      ('mlflow.parentRunId', new.parent_run_id),
      ('laurel.kind', new.kind),
      ('laurel.project', new.project),
      ('laurel.trigger', new.trigger)) as given (key, value)
    where tg_op = 'INSERT' and given.value is not null
    on conflict (run_id, key) do nothing;
  insert into run_tags (run_id, key, value)
    select new.run_id, given.key, given.value from (values
      ('laurel.status', new.status),
      ('laurel.version', new.version::text),
      ('laurel.code', new.code)) as given (key, value)
    where given.value is not null
    on conflict (run_id, key) do update set value = excluded.value;
  return null;
end $$;
`;

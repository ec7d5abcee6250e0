import { Client } from 'pg';

/** What a search goes through: runs with five metrics, five params and three tags each. */
export interface Seed {
  readonly databaseUrl: string;
  readonly experimentId: string;
  readonly runs: number;
}

const run = `md5(%L || '/' || i)`;
const values = `series(i) as (select generate_series(1, $1::integer)), keys(k) as (select generate_series(0, 4))`;

/** In MLflow's own tables; the same numbers as in Laurel's. */
const mlflowStatements = (experimentId: string) => [
  `with ${values} insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
      source_version, lifecycle_stage, artifact_uri, experiment_id)
    select ${run}, 'run ' || i, 'UNKNOWN', '', '', 'bench', 'FINISHED', 1700000000000 + i, 1700000001000 + i, '', 'active',
      'mlflow-artifacts:/', ${experimentId} from series`,
  `with ${values} insert into metrics (run_uuid, key, value, timestamp, step, is_nan)
    select ${run}, 'm' || k, mod(i * (k + 3), 1009) / 1009.0, 1700000000000, 0, false from series, keys`,
  `with ${values} insert into latest_metrics (run_uuid, key, value, timestamp, step, is_nan)
    select ${run}, 'm' || k, mod(i * (k + 3), 1009) / 1009.0, 1700000000000, 0, false from series, keys`,
  `with ${values} insert into params (run_uuid, key, value) select ${run}, 'p' || k, 'v' || mod(i, 10) from series, keys`,
  `with ${values} insert into tags (run_uuid, key, value)
    select ${run}, key, 'run ' || i from series, unnest(array['mlflow.runName', 'a', 'b']) as given (key)`,
];

const laurelStatements = (experimentId: string) => [
  `with ${values} insert into tracked_runs (run_id, experiment_id, name, user_id, status, start_ms, end_ms, artifact_uri)
    select ${run}, ${experimentId}, 'run ' || i, 'bench', 'FINISHED', 1700000000000 + i, 1700000001000 + i, 'mlflow-artifacts:/'
    from series`,
  `with ${values} insert into run_metrics (run_id, name, value, logged_ms, step)
    select ${run}, 'm' || k, mod(i * (k + 3), 1009) / 1009.0, 1700000000000, 0 from series, keys`,
  `with ${values} insert into run_latest_metrics (run_id, name, value, logged_ms, step)
    select ${run}, 'm' || k, mod(i * (k + 3), 1009) / 1009.0, 1700000000000, 0 from series, keys`,
  `with ${values} insert into run_params (run_id, key, value) select ${run}, 'p' || k, 'v' || mod(i, 10) from series, keys`,
  `with ${values} insert into run_tags (run_id, key, value)
    select ${run}, key, 'run ' || i from series, unnest(array['mlflow.runName', 'a', 'b']) as given (key)`,
];

const fill = async ({ databaseUrl, experimentId, runs }: Seed, statements: readonly string[]): Promise<void> => {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const number = String(Number(experimentId));
    for (const statement of statements) await client.query(statement.replaceAll('%L', `'${number}'`), [runs]);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
};

/** Writes the runs straight into the tables: over the API, MLflow would take hours. */
export const seedMlflow = (seed: Seed) => fill(seed, mlflowStatements(seed.experimentId));
export const seedLaurel = (seed: Seed) => fill(seed, laurelStatements(seed.experimentId));

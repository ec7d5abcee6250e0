import { Client } from 'pg';
import type { Answer } from './traffic.js';

/** What a cell must show once its story has ended. */
export interface Expected {
  readonly endpoint: string;
  readonly project: string;
  /** The workflow that the kill struck, and how it must have closed. */
  readonly workflowId: string;
  readonly ending: 'COMPLETED' | 'TERMINATED';
  /** Version that must be champion; `null` when nobody ever served. */
  readonly champion: number | null;
  /** Trainings that must have run, and versions that must exist. */
  readonly runs: number;
  readonly versions: number;
  /** Status of every rollout, by incarnation. */
  readonly rollouts: readonly string[];
  readonly answers: readonly Answer[];
}

/** Invariants of the design that a cell checks, by number. */
export const checkedInvariants = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'] as const;

type Check = (db: Client, expected: Expected) => Promise<readonly string[]>;

/** Every broken invariant of a stopped or running installation, in words; empty when all hold. */
export async function brokenInvariants(databaseUrl: string, expected: Expected): Promise<readonly string[]> {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    const broken: string[] = [];
    for (const [name, check] of Object.entries(checks)) {
      for (const problem of await check(db, expected)) broken.push(`${name}: ${problem}`);
    }
    return broken;
  } finally {
    await db.end();
  }
}

const checks: Record<(typeof checkedInvariants)[number], Check> = {
  I1: async (db, { endpoint, champion }) => {
    const open = await db.query<{ version: number }>(
      'select version from champions where endpoint = $1 and ended_at is null',
      [endpoint],
    );
    const overlaps = await db.query(
      `select 1 from champions a join champions b on a.endpoint = b.endpoint and a.reign < b.reign
       where a.endpoint = $1 and (a.ended_at is null or a.ended_at > b.crowned_at)`,
      [endpoint],
    );
    const versions = open.rows.map(({ version }) => version);
    const wanted = champion === null ? [] : [champion];
    return [
      ...(String(versions) === String(wanted)
        ? []
        : [`champions are ${String(versions) || 'none'}, expected ${String(wanted) || 'none'}`]),
      ...(overlaps.rowCount === 0 ? [] : ['two reigns overlap']),
    ];
  },
  I2: async (db, { endpoint, answers }) => {
    const splits = await splitsOf(db, endpoint);
    const weights = splits
      .filter(({ arms }) => arms.reduce((sum, { weight }) => sum + weight, 0) !== 100)
      .map(({ epoch }) => `weights of epoch ${epoch} do not sum to 100`);
    const strangers = answers
      .filter(({ status }) => status === 200)
      .filter(
        ({ epoch, version, arm }) =>
          !splits.some(
            (split) =>
              split.epoch === epoch &&
              split.arms.some((item) => item.version === version && item.role === arm && item.weight > 0),
          ),
      )
      .map(({ epoch, version, arm }) => `${arm} v${version} answered in epoch ${epoch}, which gives it no share`);
    const unready = await db.query<{ epoch: number }>(
      `select s.epoch from splits s where s.endpoint = $1 and s.state <> 'prepared' and jsonb_path_exists(s.arms, '$[*] ? (@.role == "challenger" && @.weight > 0)')
       and s.incarnation = (select max(incarnation) from rollouts where endpoint = $1) and not exists (select 1 from acknowledgements a where a.endpoint = s.endpoint and a.epoch = s.epoch)`,
      [endpoint],
    );
    return [
      ...weights,
      ...strangers.slice(0, 3),
      ...unready.rows.map(({ epoch }) => `epoch ${epoch} gave the challenger a share and nobody had acknowledged it`),
    ];
  },
  I3: async (db, { endpoint }) => {
    const { rows } = await db.query<{ epoch: string; fence: string }>(
      "select epoch, fence from splits where endpoint = $1 and state <> 'prepared' order by epoch",
      [endpoint],
    );
    const fences = rows.map(({ fence }) => Number(fence));
    return fences.every((fence, index) => fence >= (fences[index - 1] ?? 0))
      ? []
      : ['a split was committed under an older fence than the one before'];
  },
  I4: async (db, { endpoint }) => {
    const { rows } = await db.query<{ version: number }>(
      `select c.version from champions c where c.endpoint = $1 and not exists
       (select 1 from evidence e where e.id = c.evidence_id and e.verdict = 'pass' and e.challenger_digest = c.digest)`,
      [endpoint],
    );
    return rows.map(({ version }) => `v${version} was crowned without a stored PASS for its digest`);
  },
  I5: async (db, { endpoint, project, champion }) => {
    const { rows } = await db.query<{ arms: readonly Arm[]; shadow: unknown }>(
      "select arms, shadow from splits where endpoint = $1 and state = 'committed'",
      [endpoint],
    );
    const split = rows[0];
    if (champion === null) return split === undefined ? [] : ['an endpoint without a champion has a committed split'];
    const aliases = await db.query<{ alias: string; version: number }>(
      'select alias, version from aliases where project = $1 order by alias',
      [project],
    );
    const named = aliases.rows.map(({ alias, version }) => `${alias}=${version}`).join(' ');
    const alone =
      split?.shadow === null &&
      split.arms.length === 1 &&
      split.arms[0]?.version === champion &&
      split.arms[0].weight === 100;
    return [
      ...(alone ? [] : [`the split is ${JSON.stringify(split)}`]),
      ...(named === `champion=${champion}` ? [] : [`aliases are ${named}`]),
    ];
  },
  I6: async (db, { endpoint, project, runs, versions, rollouts }) => {
    const count = async (sql: string, value: string) =>
      Number((await db.query<{ count: string }>(sql, [value])).rows[0]?.count);
    const seenRuns = await count("select count(*) from runs where project = $1 and status = 'registered'", project);
    const seenVersions = await count('select count(*) from model_versions where project = $1', project);
    const open = await count('select count(*) from open_analyses where endpoint = $1', endpoint);
    const ended = await db.query<{ status: string }>(
      'select status from rollouts where endpoint = $1 order by incarnation',
      [endpoint],
    );
    const statuses = ended.rows.map(({ status }) => status).join(' ');
    return [
      ...(seenRuns === runs ? [] : [`${seenRuns} registered runs, expected ${runs}`]),
      ...(seenVersions === versions ? [] : [`${seenVersions} versions, expected ${versions}`]),
      ...(open === 0 ? [] : [`${open} analyses are left open`]),
      ...(statuses === rollouts.join(' ')
        ? []
        : [`rollouts ended ${statuses || 'none'}, expected ${rollouts.join(' ') || 'none'}`]),
    ];
  },
  I7: async (db, { project, runs }) => {
    const { rows } = await db.query<{ trigger: string; count: string }>(
      'select trigger, count(*) from runs where project = $1 group by trigger having count(*) > 1',
      [project],
    );
    const triggers = Number(
      (await db.query<{ count: string }>('select count(*) from triggers where project = $1', [project])).rows[0]?.count,
    );
    return [
      ...rows.map(({ trigger, count }) => `trigger ${trigger} started ${count} trainings`),
      ...(triggers === runs ? [] : [`${triggers} triggers, expected ${runs}`]),
    ];
  },
};

interface Arm {
  readonly role: string;
  readonly version: number;
  readonly weight: number;
}

async function splitsOf(db: Client, endpoint: string): Promise<readonly { epoch: number; arms: readonly Arm[] }[]> {
  const { rows } = await db.query<{ epoch: string; arms: readonly Arm[] }>(
    "select epoch, arms from splits where endpoint = $1 and state <> 'prepared'",
    [endpoint],
  );
  return rows.map(({ epoch, arms }) => ({ epoch: Number(epoch), arms }));
}

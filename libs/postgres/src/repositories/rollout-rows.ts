import type { Rollout } from '@laurel/domain';
import type { Selectable } from 'kysely';
import type { RolloutsTable } from '../tables/routing.js';

export function toRollout(row: Selectable<RolloutsTable>): Rollout {
  return {
    id: row.id,
    endpoint: row.endpoint,
    project: row.project,
    incarnation: row.incarnation,
    fence: row.incarnation,
    champion: row.champion,
    challenger: row.challenger,
    plan: row.plan,
    status: row.status,
    step: row.step,
    cause: row.cause,
    hold: row.status === 'running' ? row.hold : null,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

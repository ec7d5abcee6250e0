import { LaurelError } from '@laurel/contracts';
import type { Projects, StoredProject } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import { toJson } from '../json-column.js';
import { readNewest } from '../pages.js';
import type { ProjectsTable } from '../tables/projects-and-runs.js';
import { type Connection, transact } from '../transact.js';
import { appendAudit } from './audit.js';
import { appendEvent } from './events.js';

export function createProjects(db: Connection): Projects {
  const find: Projects['find'] = async (name) => {
    const row = await db.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
    return row && toProject(row);
  };
  return {
    find,
    apply: (project, context) => applyProject(db, project, context),
    list: (page) => readNewest(db, 'projects', { page, item: toProject }),
  };
}

function applyProject(
  db: Connection,
  project: StoredProject['project'],
  { folder, digest, actor }: Parameters<Projects['apply']>[1],
): Promise<StoredProject> {
  const name = project.metadata.name;
  return transact(db, async (trx) => {
    const values = { project: toJson(project), folder, digest, applied_by: actor };
    const changed = await trx
      .insertInto('projects')
      .values({ name, ...values })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ ...values, applied_at: sql`now()` })
          .where((eb) => eb('projects.digest', '!=', digest).or('projects.folder', '!=', folder)),
      )
      .returningAll()
      .executeTakeFirst();
    if (changed !== undefined) {
      await appendAudit(trx, { actor, action: 'project.applied', subject: name, detail: { digest, folder } });
      await appendEvent(trx, { type: 'project.applied', subject: name, detail: { digest } });
      return toProject(changed);
    }
    const kept = await trx.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
    if (kept === undefined) throw new LaurelError('Conflict', `Project ${name} is being removed; apply it again.`);
    return toProject(kept);
  });
}

function toProject(row: Selectable<ProjectsTable>): StoredProject {
  return {
    project: row.project,
    folder: row.folder,
    digest: row.digest,
    appliedAt: row.applied_at,
    appliedBy: row.applied_by,
  };
}

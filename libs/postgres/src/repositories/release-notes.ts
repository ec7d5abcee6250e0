import { LaurelError } from '@laurel/contracts';
import type { ReleaseNote, ReleaseNotes } from '@laurel/ports';
import type { Selectable, Transaction } from 'kysely';
import { lockUntilCommit } from '../advisory-locks.js';
import type { ReleaseNotesTable } from '../tables/release-notes.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { appendAudit } from './audit.js';

type Writing = Parameters<ReleaseNotes['write']>[0];

export function createReleaseNotes(db: Connection): ReleaseNotes {
  return {
    write: (note) => transact(db, (trx) => writeNote(trx, note)),
    list: async (project, version) => (await notesOf(db, { project, version })).map(toNote),
  };
}

function notesOf(db: Connection, { project, version }: Pick<Writing, 'project' | 'version'>) {
  return db
    .selectFrom('release_notes')
    .selectAll()
    .where('project', '=', project)
    .where('version', '=', version)
    .orderBy('revision', 'desc')
    .execute();
}

/** Writers of one version follow each other, so that revisions count up by one. */
async function writeNote(trx: Transaction<Tables>, note: Writing): Promise<ReleaseNote> {
  const { project, version, text, author } = note;
  const subject = `${project}/${version}`;
  await lockUntilCommit(trx, `release-notes/${subject}`);
  const known = await trx
    .selectFrom('model_versions')
    .select('version')
    .where('project', '=', project)
    .where('version', '=', version)
    .executeTakeFirst();
  if (known === undefined)
    throw new LaurelError(
      'NotFound',
      `There is no version ${version} of model "${project}"; list those there are with laurel get versions ${project}.`,
    );
  const [newest] = await notesOf(trx, note);
  if (newest?.text === text) return toNote(newest);
  const revision = (newest?.revision ?? 0) + 1;
  const row = await trx
    .insertInto('release_notes')
    .values({ project, version, revision, text, author })
    .returningAll()
    .executeTakeFirstOrThrow();
  await appendAudit(trx, { actor: author, action: 'version.releaseNotesWritten', subject, detail: { revision, text } });
  return toNote(row);
}

function toNote({ revision, text, author, written_at: at }: Selectable<ReleaseNotesTable>): ReleaseNote {
  return { revision, text, author, at };
}

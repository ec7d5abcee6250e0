import { logFolder } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';

const dayMilliseconds = 86_400_000;

/** What of the prediction log may go. */
export interface Expiry {
  /** `null`: every endpoint. */
  readonly endpoint: string | null;
  /** Days that end longer ago than this are removed. */
  readonly keepMilliseconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Store = Pick<ObjectStore, 'foldersNamed' | 'listNamed' | 'removeNamed'>;

/** Removes whole days of the prediction log that are older than they are kept; gives the number of files. */
export async function expire(objectStore: Store, { endpoint, keepMilliseconds, now }: Expiry): Promise<number> {
  const all = endpoint === null ? await objectStore.foldersNamed(logFolder) : [`endpoint=${endpoint}`];
  let removed = 0;
  for (const folder of all) {
    const days = await objectStore.foldersNamed(`${logFolder}${folder}/`);
    for (const day of days.filter((one) => isOver(one, now - keepMilliseconds))) {
      const keys = await objectStore.listNamed(`${logFolder}${folder}/${day}/`);
      await objectStore.removeNamed(keys);
      removed += keys.length;
    }
  }
  return removed;
}

/** `day` is `date=2026-01-31`; anything else is never over. */
function isOver(day: string, before: number): boolean {
  const [, date] = /^date=(\d{4}-\d\d-\d\d)$/.exec(day) ?? [];
  return date !== undefined && Date.parse(`${date}T00:00:00Z`) + dayMilliseconds <= before;
}

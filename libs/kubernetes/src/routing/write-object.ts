import { LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import { isConflict, isOutdated, type OwnedField, ownersIn } from '../api/api-failures.js';
import type { LiveObject, ManagedFields, Manifest, ObjectKind, Objects } from '../api/objects.js';
import { isMade, refuseOlder, unstamped } from './stamps.js';

/** The field manager under which Laurel owns what it writes. */
export const fieldManager = 'laurel';

/** So many others may write between a read and a write. */
const mostAttempts = 20;

export interface Writing {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly namespace: string;
  readonly split: Split;
  /** Take fields that somebody else owns. */
  readonly take: boolean;
  /** What shall be there, given what is. */
  readonly manifest: (live: LiveObject | undefined) => Manifest;
}

/**
 * Writes an object unless a newer split has: compare-and-swap on the version that was read, so of two writers the older
 * one is always refused. Errors: `StaleFence`, `StaleEpoch`, `Conflict` (who owns what).
 */
export async function writeObject(objects: Objects, writing: Writing): Promise<'applied' | 'unchanged'> {
  const what = `${writing.kind.kind} ${writing.name} of namespace ${writing.namespace}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await writeOnce(objects, writing, what);
    } catch (error) {
      const owned = ownersIn(error);
      if (owned.length > 0) throw ownedElsewhere(what, owned, error);
      if (!isOutdated(error) || attempt === mostAttempts) throw error;
    }
  }
}

async function writeOnce(objects: Objects, writing: Writing, what: string): Promise<'applied' | 'unchanged'> {
  const { kind, name, split, take, manifest } = writing;
  const live = await objects.read(kind, name);
  if (live === undefined) {
    await objects.create(kind, manifest(undefined));
    await writeOnce(objects, writing, what);
    return 'applied';
  }
  refuseOlder(live, split, what);
  const adopted = await adopt(objects, kind, live);
  const version = adopted.metadata.resourceVersion;
  const after = await objects.apply(kind, manifest(adopted), { version, take });
  return after.metadata.resourceVersion === version ? 'unchanged' : 'applied';
}

/**
 * Only creating is refused when the object is there already, so that of two first writers one reads what the other wrote.
 * But creating is not applying: its fields belong to another entry of the same name, with which an apply would conflict.
 * That entry becomes the apply's, as client-go's `csaupgrade` does.
 */
async function adopt(objects: Objects, kind: ObjectKind, live: LiveObject): Promise<LiveObject> {
  const managed = live.metadata.managedFields ?? [];
  const created = managed.some(isCreation);
  if (!created) return live;
  const managedFields = managed.map((entry) => (isCreation(entry) ? { ...entry, operation: 'Apply' as const } : entry));
  return await objects.own(kind, live, { managedFields });
}

function isCreation({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === fieldManager && operation === 'Update' && subresource === undefined;
}

function ownedElsewhere(what: string, owned: readonly OwnedField[], cause: unknown): LaurelError {
  const whose = [...new Set(owned.map(({ manager }) => manager))].map((manager) => {
    const fields = owned.filter((one) => one.manager === manager).map(({ field }) => field);
    return `${manager} owns ${fields.join(', ')}`;
  });
  return new LaurelError(
    'Conflict',
    `${what}: ${whose.join('; ')}, and Laurel takes nothing from others; leave the field to Laurel, or set spec.serving.router.onConflict to take.`,
    { cause },
  );
}

/** Deletes what Laurel made; of what it found, it only gives up its fields, with their values as they are. */
export async function letGo(objects: Objects, kind: ObjectKind, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const live = await objects.read(kind, name);
      if (live === undefined) return;
      const managed = live.metadata.managedFields ?? [];
      const managedFields = managed.filter(({ manager }) => manager !== fieldManager);
      if (isMade(live)) await objects.remove(kind, live);
      else if (managedFields.length < managed.length) {
        await objects.own(kind, live, { managedFields, annotations: unstamped(live) });
      }
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === mostAttempts) throw error;
    }
  }
}

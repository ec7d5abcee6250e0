import type { V1ObjectMeta } from '@kubernetes/client-node';
import { millisecondsOf } from '../state/pods.js';

interface Stored {
  readonly metadata?: V1ObjectMeta;
}

/** Objects of one kind by uid, and the last sight of those that went. */
export interface Shelf<T> {
  replace(items: readonly T[]): void;
  take(type: 'ADDED' | 'DELETED' | 'MODIFIED', object: T): void;
  /** In the order in which they were made. */
  readonly present: () => readonly T[];
  readonly gone: () => readonly T[];
}

export function createShelf<T extends Stored>(): Shelf<T> {
  const present = new Map<string, T>();
  const gone = new Map<string, T>();
  const uidOf = (object: T) => object.metadata?.uid ?? '';
  return {
    replace: (items) => {
      for (const [uid, object] of present) gone.set(uid, object);
      present.clear();
      for (const object of items) {
        present.set(uidOf(object), object);
        gone.delete(uidOf(object));
      }
    },
    take: (type, object) => {
      if (type !== 'DELETED') {
        present.set(uidOf(object), object);
        return;
      }
      present.delete(uidOf(object));
      gone.set(uidOf(object), object);
    },
    present: () => inOrder(present),
    gone: () => inOrder(gone),
  };
}

function inOrder<T extends Stored>(objects: ReadonlyMap<string, T>): readonly T[] {
  const made = (object: T) => millisecondsOf(object.metadata?.creationTimestamp) ?? 0;
  return [...objects.values()].toSorted((a, b) => made(a) - made(b));
}

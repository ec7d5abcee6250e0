import { LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import type { LiveObject, Manifest } from '../api/objects.js';
import { labels, manager } from '../names.js';

const stamps = {
  endpoint: 'laurel.dev/endpoint',
  epoch: 'laurel.dev/epoch',
  fence: 'laurel.dev/fence',
  /** On objects that were not there before: these are deleted when the endpoint goes. */
  made: 'laurel.dev/made-by-laurel',
} as const;

/** What an object of a router says about the split that it was written from. */
export interface Stamp {
  readonly epoch: number;
  readonly fence: number;
}

/** The stamp of an object; `undefined` for one that Laurel never wrote. */
export function stampOf({ metadata: { annotations = {} } }: LiveObject): Stamp | undefined {
  const [epoch, fence] = [Number(annotations[stamps.epoch]), Number(annotations[stamps.fence])];
  return Number.isInteger(epoch) && Number.isInteger(fence) ? { epoch, fence } : undefined;
}

/** Annotations of an object without the stamp. */
export function unstamped({ metadata: { annotations = {} } }: LiveObject): { readonly [name: string]: string } {
  const own: readonly string[] = Object.values(stamps);
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !own.includes(name)));
}

export function isMade({ metadata }: LiveObject): boolean {
  return metadata.annotations?.[stamps.made] === 'true';
}

/** Name, owner and stamp of an object; `live` is what is there already. */
export function stamped(
  split: Pick<Split, 'endpoint' | 'epoch' | 'fence'>,
  place: { readonly name: string; readonly namespace: string },
  live: LiveObject | undefined,
): Manifest['metadata'] {
  const made = live === undefined || isMade(live);
  return {
    ...place,
    labels: { [labels.managedBy]: manager },
    annotations: {
      [stamps.endpoint]: split.endpoint,
      [stamps.epoch]: String(split.epoch),
      [stamps.fence]: String(split.fence),
      ...(made ? { [stamps.made]: 'true' } : {}),
    },
  };
}

/** Only what is newer may be written. Errors: `StaleFence`, `StaleEpoch`; `Conflict` for the object of another endpoint. */
export function refuseOlder(live: LiveObject, split: Pick<Split, 'endpoint' | 'epoch' | 'fence'>, what: string): void {
  const owner = live.metadata.annotations?.[stamps.endpoint];
  if (owner !== undefined && owner !== split.endpoint) {
    throw new LaurelError(
      'Conflict',
      `${what} routes endpoint ${owner} already, not ${split.endpoint}; give spec.serving.router another name.`,
    );
  }
  const there = stampOf(live);
  if (there === undefined) return;
  if (there.fence > split.fence) {
    throw new LaurelError(
      'StaleFence',
      `Rollout ${split.fence} of endpoint ${split.endpoint} was overtaken: ${what} was written by ${there.fence}.`,
    );
  }
  if (there.epoch > split.epoch) throw staleEpoch(there, split, what);
}

export function staleEpoch(
  there: Stamp,
  { endpoint, epoch }: Pick<Split, 'endpoint' | 'epoch'>,
  what: string,
): LaurelError {
  return new LaurelError(
    'StaleEpoch',
    `${what} routes endpoint ${endpoint} by epoch ${there.epoch} already, not ${epoch}; read the split again.`,
  );
}

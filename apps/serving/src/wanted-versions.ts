import type { Digest, Split, VersionRef } from '@laurel/domain';
import { championOf, versionsOf } from './routing/route.js';

/** Versions that must be in memory, by what they are needed for; one may be in both. */
export interface WantedVersions {
  /** They answer callers. */
  readonly main: ReadonlySet<Digest>;
  /** They are only shown copies of requests. */
  readonly aside: ReadonlySet<Digest>;
}

/** What splits and a list of versions to keep need. */
export function wantedVersions(splits: readonly Split[], keep: readonly VersionRef[]): WantedVersions {
  const main = [...splits.flatMap(answering), ...keep];
  return {
    main: new Set(main.map(({ digest }) => digest)),
    aside: new Set(splits.flatMap(({ shadow }) => (shadow === null ? [] : [shadow.digest]))),
  };
}

/** The versions of a split that callers can be given to; an arm without weight that is shadowed is not yet. */
export function answering(split: Split): readonly VersionRef[] {
  const { arms, headers = [], shadow } = split;
  const given = [
    championOf(split),
    ...arms.filter(({ weight }) => weight > 0),
    ...headers.map(({ version }) => version),
  ];
  const digests = new Set(given.map((version) => version?.digest));
  return versionsOf(split).filter(({ digest }) => digest !== shadow?.digest || digests.has(digest));
}

import { type Bump, bumpOf, type Interface, interfaceChanges } from './signature-changes.js';

/** What the number of a version is computed from. */
export type Versioned = Interface;

/**
 * SemVer of the next version of a model. A client of the previous one breaks (an input gone, changed or newly
 * required; other outputs, classes or task): major. A new or newly optional input, or another algorithm: minor. A mere
 * retraining: patch. The first is 1.0.0. Throws `RangeError` when the previous number is no SemVer.
 */
export function nextSemver(previous: (Versioned & { readonly semver: string }) | undefined, next: Versioned): string {
  if (previous === undefined) return '1.0.0';
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(previous.semver);
  if (parts === null) throw new RangeError(`"${previous.semver}" is not a semantic version such as 1.0.0`);
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const bumped = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
  } satisfies { readonly [bump in Bump]: string };
  return bumped[bumpOf(interfaceChanges(previous, next))];
}

import { createHash } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import { type Arm, chooseArm, type Digest, type Split, type VersionRef } from '@laurel/domain';
import type { PredictRequest, Route } from '../predictions.js';

/** Every version that a split names. */
export function versionsOf({ arms, shadow }: Split): readonly VersionRef[] {
  return shadow === null ? arms : [...arms, shadow];
}

/** The champion's arm; a split without one has a single arm. */
export function championOf({ arms }: Split): Arm | undefined {
  return arms.find(({ role }) => role === 'champion') ?? arms[0];
}

/** What a process may do with a challenger just now. */
export interface ChallengerRule {
  readonly allowed: boolean;
  readonly isLoaded: (digest: Digest) => boolean;
}

/**
 * Chooses the version for a request: a pinned one, else by sticky key or `draw` (uniform in [0, 1)). A challenger that
 * is refused or not loaded yields to the champion. Errors: `NotFound` for a pinned version that the split does not name.
 */
export function chooseRoute(
  split: Split,
  request: Pick<PredictRequest, 'version' | 'stickyKey'>,
  { draw, challenger }: { readonly draw: number; readonly challenger: ChallengerRule },
): Route {
  if (request.version !== null) return { arm: 'pinned', version: pinnedVersion(split, request.version) };
  const arm = chooseArm(split, request.stickyKey, draw);
  const champion = championOf(split);
  const mayServe = challenger.allowed && challenger.isLoaded(arm.digest);
  if (arm.role === 'challenger' && champion !== undefined && champion !== arm && !mayServe) {
    return { arm: 'champion', version: champion };
  }
  return { arm: arm.role, version: arm };
}

function pinnedVersion(split: Split, wanted: string): VersionRef {
  const found = versionsOf(split).find(({ version, semver }) => String(version) === wanted || semver === wanted);
  if (found !== undefined) return found;
  throw new LaurelError(
    'NotFound',
    `The endpoint ${split.endpoint} serves no version ${wanted.slice(0, 40)}; ask without a version.`,
  );
}

/** The key that keeps a caller with one arm: the header's, else the split's sticky column in the first row. */
export function stickyKeyOf(split: Split, request: Pick<PredictRequest, 'stickyKey' | 'rows'>): string | null {
  if (request.stickyKey !== null) return request.stickyKey;
  const cell = split.stickyKey === null ? undefined : request.rows[0]?.[split.stickyKey];
  return cell === undefined || cell === null ? null : String(cell);
}

/** 48 bits that tell keys apart without naming them. */
export function hashOfKey(salt: string, key: string | null): number | null {
  if (key === null) return null;
  return createHash('sha256').update(`${salt}\0${key}`).digest().readUIntBE(0, 6);
}

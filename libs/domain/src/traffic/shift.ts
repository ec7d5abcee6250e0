import type { Arm, HeaderRule, SplitDraft, VersionRef } from './split.js';

/** What a new split takes over unchanged. */
export type SplitFrame = Pick<
  SplitDraft,
  'endpoint' | 'fence' | 'incarnation' | 'stickyKey' | 'baseline' | 'policy' | 'appliedBy' | 'reason'
>;

export interface ShiftInput extends SplitFrame {
  /** Champion of the rollout; `null` for an endpoint that never served. */
  readonly champion: VersionRef | null;
  readonly challenger: VersionRef;
  /** Share of the challenger, 0 to 100. */
  readonly weight: number;
  /** Share of the champion's requests that is copied to the challenger; counts only at weight 0. */
  readonly shadowSample: number;
  /** Asked before the weights; absent: none. */
  readonly headers?: readonly HeaderRule[];
}

/**
 * The split that gives the challenger `weight` percent. The challenger is an arm even at weight 0, so that serving
 * processes load it. Without a champion the challenger has everything, whatever the weight: there is nobody else.
 * Throws `RangeError` for a weight or a sample outside 0 to 100.
 */
export function shift(input: ShiftInput): SplitDraft {
  const { champion, challenger, weight, shadowSample, headers = [] } = input;
  requirePercent('weight', weight);
  requirePercent('shadow sample', shadowSample);
  const share = champion === null ? 100 : weight;
  const arms: Arm[] = [];
  if (champion !== null) arms.push({ ...refOf(champion), role: 'champion', weight: 100 - share });
  arms.push({ ...refOf(challenger), role: 'challenger', weight: share });
  const shadow = share === 0 && shadowSample > 0 ? { ...refOf(challenger), sample: shadowSample } : null;
  return { ...frameOf(input), arms, shadow, ...(headers.length === 0 ? {} : { headers }) };
}

/** The split that gives one version everything. */
export function allTo(input: SplitFrame & { readonly champion: VersionRef }): SplitDraft {
  return { ...frameOf(input), arms: [{ ...refOf(input.champion), role: 'champion', weight: 100 }], shadow: null };
}

/** Salt of the bucket hash for one rollout of an endpoint. */
export function saltOf({ endpoint, incarnation }: Pick<SplitDraft, 'endpoint' | 'incarnation'>): string {
  return `${endpoint}/${incarnation}`;
}

function frameOf(input: SplitFrame): Omit<SplitDraft, 'arms' | 'shadow'> {
  const { endpoint, fence, incarnation, stickyKey, baseline, policy, appliedBy, reason } = input;
  const frame = { endpoint, fence, incarnation, stickyKey, baseline, appliedBy, reason, salt: saltOf(input) };
  return policy === undefined ? frame : { ...frame, policy };
}

function refOf({ version, digest, semver }: VersionRef): VersionRef {
  return { version, digest, semver };
}

function requirePercent(name: string, value: number): void {
  if (!(value >= 0 && value <= 100)) throw new RangeError(`the ${name} of a split must be 0 to 100, it is ${value}`);
}

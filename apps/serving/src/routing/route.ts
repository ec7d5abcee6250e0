import { hash } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import {
  type Arm,
  chooseArm,
  type Digest,
  type HeaderRule,
  routedHeader,
  type Split,
  type VersionRef,
} from '@laurel/domain';
import type { PredictRequest, Route } from '../predictions.js';

/** Every version that a split names. */
export function versionsOf({ arms, shadow, headers = [] }: Split): readonly VersionRef[] {
  const named = [...arms, ...(shadow === null ? [] : [shadow]), ...headers.map(({ version }) => version)];
  return named.filter(({ digest }, index) => named.findIndex((one) => one.digest === digest) === index);
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

/** What a choice is made with: a draw, uniform in [0, 1), and what this process knows. */
export interface RouteMeans {
  readonly draw: number;
  readonly challenger: ChallengerRule;
  /** Versions beside the split that callers may insist on. */
  readonly warm?: readonly VersionRef[];
}

/**
 * Chooses the version for a request: a pinned one, else by header rule, by what a router in front chose, by sticky key or
 * draw. A challenger that is refused or not loaded yields to the champion. Errors: `NotFound` for a pinned version that the split does not name.
 */
export function chooseRoute(
  split: Split,
  request: Pick<PredictRequest, 'version' | 'stickyKey' | 'header'>,
  { draw, challenger, warm = [] }: RouteMeans,
): Route {
  if (request.version !== null) return { arm: 'pinned', version: pinnedVersion(split, request.version, warm) };
  const ruled = split.headers === undefined ? undefined : versionByHeader(split.headers, request.header);
  if (ruled !== undefined && isGiven(split, ruled, challenger)) {
    return { arm: roleOf(split, ruled), version: ruled, byHeader: true };
  }
  const arm = armOfRouter(split, request.header) ?? chooseArm(split, request.stickyKey, draw);
  const champion = championOf(split);
  const mayServe = challenger.allowed && challenger.isLoaded(arm.digest);
  if (arm.role === 'challenger' && champion !== undefined && champion !== arm && !mayServe) {
    return { arm: 'champion', version: champion };
  }
  return { arm: arm.role, version: arm };
}

/** A challenger that is refused is refused to those too who ask for it by a header. */
function isGiven(split: Split, version: VersionRef, challenger: ChallengerRule): boolean {
  return challenger.isLoaded(version.digest) && (challenger.allowed || roleOf(split, version) !== 'challenger');
}

/** The arm that a router in front chose; of a split that has taken the version back, none. */
function armOfRouter({ arms, policy }: Split, header: PredictRequest['header']): Arm | undefined {
  if (policy?.isRouted !== true) return undefined;
  const chosen = header(routedHeader);
  return arms.find(({ version, weight }) => weight > 0 && String(version) === chosen);
}

/** The version of the first rule that a header satisfies. */
function versionByHeader(rules: readonly HeaderRule[], header: PredictRequest['header']): VersionRef | undefined {
  return rules.find(({ name, match }) => {
    const value = header(name.toLowerCase());
    return value !== undefined && satisfies(value, match);
  })?.version;
}

function satisfies(value: string, { kind, value: wanted }: HeaderRule['match']): boolean {
  if (kind === 'exact') return value === wanted;
  return kind === 'prefix' ? value.startsWith(wanted) : regexOf(wanted).test(value);
}

const regexes = new Map<string, RegExp>();

function regexOf(source: string): RegExp {
  const known = regexes.get(source);
  if (known !== undefined) return known;
  const made = new RegExp(source, 'u');
  regexes.set(source, made);
  return made;
}

function roleOf({ arms }: Split, { digest }: VersionRef): Route['arm'] {
  return arms.find((arm) => arm.digest === digest)?.role ?? 'pinned';
}

/** The version that a number, a SemVer or the label `champion` or `challenger` means. Errors: `NotFound`. */
export function pinnedVersion(split: Split, wanted: string, warm: readonly VersionRef[]): VersionRef {
  const found =
    split.arms.find(({ role }) => role === wanted) ??
    [...versionsOf(split), ...warm].find(({ version, semver }) => String(version) === wanted || semver === wanted);
  if (found !== undefined) return found;
  throw new LaurelError(
    'NotFound',
    `The endpoint ${split.endpoint} serves no version ${wanted.slice(0, 40)}; ask without a version.`,
  );
}

/** The key that keeps a caller with one arm: the header's, else the split's sticky column in the first row. */
export function stickyKeyOf(split: Split, request: Pick<PredictRequest, 'stickyKey' | 'input'>): string | null {
  if (request.stickyKey !== null || split.stickyKey === null) return request.stickyKey;
  const cell = firstCell(request.input, split.stickyKey);
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint'
    ? String(cell)
    : null;
}

function firstCell(input: PredictRequest['input'], column: string): unknown {
  if (input.kind === 'tensors') return input.tensors.find(({ name }) => name === column)?.data[0];
  const [row] = input.rows;
  return row !== undefined && Object.hasOwn(row, column) ? row[column] : undefined;
}

/** 48 bits that tell keys apart without naming them. */
export function hashOfKey(salt: string, key: string | null): number | null {
  if (key === null) return null;
  return Number.parseInt(hash('sha256', `${salt}\0${key}`, 'hex').slice(0, 12), 16);
}

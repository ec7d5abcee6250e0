import type { CalibrationBin, GateResult } from '../evaluation/evaluation.js';
import type { Digest, Timestamp } from '../ids.js';
import { machineDifferences, trainingDifferences } from '../training/circumstance-differences.js';
import type { Difference } from '../training/circumstances.js';
import { type LockChanges, lockChanges } from '../training/environment-lock.js';
import { type DataChanges, dataChanges } from './data-changes.js';
import { type MetricChange, metricChanges } from './metric-changes.js';
import type { Lineage, ModelVersion } from './model-version.js';
import { type Bump, bumpOf, bumpReason, type InterfaceChange, interfaceChanges } from './signature-changes.js';
import type { VersionFacts } from './version-facts.js';

/** Everything in which two versions of a model differ. `null` where one of both has no record to compare. */
export interface VersionComparison {
  readonly model: string;
  readonly from: ComparedVersion;
  readonly to: ComparedVersion;
  /** What the differences of inputs, outputs and algorithm mean for the number. */
  readonly signature: { readonly bump: Bump; readonly reason: string; readonly changes: readonly InterfaceChange[] };
  readonly metrics: readonly MetricChange[];
  /** Were both measured on the same rows? `null` when nobody knows. */
  readonly sameHoldout: boolean | null;
  readonly calibration: CalibrationChange | null;
  readonly gates: readonly GateChange[];
  readonly parameters: readonly Difference[] | null;
  readonly data: DataChanges | null;
  readonly environment: LockChanges | null;
  readonly hardware: readonly Difference[] | null;
  readonly code: CodeChange;
}

interface ComparedVersion {
  readonly version: number;
  readonly semver: string;
  readonly digest: Digest;
  readonly createdAt: Timestamp;
}

/** Bins of predicted probability that one of both has rows in. */
export interface CalibrationChange {
  readonly bins: readonly {
    readonly low: number;
    readonly high: number;
    readonly was: CalibrationPoint | null;
    readonly is: CalibrationPoint | null;
  }[];
}

type CalibrationPoint = Pick<CalibrationBin, 'count' | 'meanPredicted' | 'observedRate'>;

/** A gate in two versions; a state is `null` where the version was not judged by it. */
export interface GateChange {
  readonly gate: string;
  readonly was: Pick<GateResult, 'state' | 'observed'> | null;
  readonly is: Pick<GateResult, 'state' | 'observed'> | null;
}

export interface CodeChange {
  readonly was: Lineage['code'];
  readonly is: Lineage['code'];
  /** Are the files that count as code the same? `null` when nobody knows. */
  readonly same: boolean | null;
}

/** Compares two versions of one model. Throws `RangeError` for one version twice, and for versions of two models. */
export function compareVersions(was: VersionFacts, is: VersionFacts): VersionComparison {
  const [before, after] = [was.version, is.version];
  if (before.project !== after.project) throw new RangeError('only versions of one model can be compared');
  if (before.version === after.version) throw new RangeError('a version cannot be compared with itself');
  const changes = interfaceChanges(before, after);
  const recorded = was.circumstances !== null && is.circumstances !== null;
  return {
    model: after.project,
    from: comparedOf(before),
    to: comparedOf(after),
    signature: { bump: bumpOf(changes), reason: bumpReason(changes), changes },
    metrics: metricChanges(before.metrics, after.metrics),
    sameHoldout: sameHoldout(was, is),
    calibration: calibrationChange(was, is),
    gates: gateChanges(before.gates, after.gates),
    parameters: recorded ? trainingDifferences(was.circumstances, is.circumstances) : null,
    data: was.dataset === null || is.dataset === null ? null : dataChanges(was.dataset, is.dataset),
    environment: was.lock === null || is.lock === null ? null : lockChanges(was.lock, is.lock),
    hardware: recorded ? machineDifferences(was.circumstances, is.circumstances) : null,
    code: codeChange(was, is),
  };
}

function comparedOf({ version, semver, digest, createdAt }: ModelVersion): ComparedVersion {
  return { version, semver, digest, createdAt };
}

function sameHoldout(was: VersionFacts, is: VersionFacts): boolean | null {
  if (was.circumstances === null || is.circumstances === null) return null;
  return was.circumstances.planned.parts.holdout.digest === is.circumstances.planned.parts.holdout.digest;
}

function calibrationChange(was: VersionFacts, is: VersionFacts): CalibrationChange | null {
  const [before, after] = [was.report?.calibration ?? [], is.report?.calibration ?? []];
  if (before.length === 0 || after.length === 0) return null;
  const lows = [...new Set([...before, ...after].map(({ low }) => low))].toSorted((a, b) => a - b);
  return {
    bins: lows.map((low) => {
      const [old, now] = [before, after].map((bins) => bins.find((bin) => bin.low === low));
      return { low, high: (old ?? now)?.high ?? low, was: pointOf(old), is: pointOf(now) };
    }),
  };
}

function pointOf(bin: CalibrationBin | undefined): CalibrationPoint | null {
  if (bin === undefined) return null;
  const { count, meanPredicted, observedRate } = bin;
  return { count, meanPredicted, observedRate };
}

function gateChanges(was: readonly GateResult[], is: readonly GateResult[]): readonly GateChange[] {
  const stateIn = (gates: readonly GateResult[], name: string) => {
    const found = gates.find(({ gate }) => gate === name);
    return found === undefined ? null : { state: found.state, observed: found.observed };
  };
  const names = [...new Set([...is, ...was].map(({ gate }) => gate))];
  return names.map((gate) => ({ gate, was: stateIn(was, gate), is: stateIn(is, gate) }));
}

function codeChange(was: VersionFacts, is: VersionFacts): CodeChange {
  const [before, after] = [was.circumstances?.planned.source.digest, is.circumstances?.planned.source.digest];
  return {
    was: was.version.lineage.code,
    is: is.version.lineage.code,
    same: before === undefined || after === undefined ? null : before === after,
  };
}

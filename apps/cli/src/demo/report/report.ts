import type { EvidenceView, RolloutView, VersionView } from '@laurel/contracts/schemas';
import type { LedgerEntry, RequestCounts } from '../traffic/ledger.js';
import type { InvariantResult } from './invariants.js';

/** `report.json` of a demo run. Times are RFC 3339, durations seconds. */
export interface DemoReport {
  readonly startedAt: string;
  readonly seconds: number;
  readonly versions: readonly {
    readonly version: number;
    readonly semver: string;
    readonly digest: string;
    readonly algorithm: string;
    readonly metrics: {
      readonly [metric: string]: { readonly value: number; readonly low: number; readonly high: number };
    };
    readonly verdict: string;
  }[];
  readonly promotions: readonly {
    readonly rollout: string;
    readonly version: number;
    readonly at: string;
    readonly seconds: number;
    readonly evidence: readonly string[];
  }[];
  readonly rollbacks: readonly {
    readonly rollout: string;
    readonly version: number;
    readonly cause: string;
    readonly evidenceId: string;
    readonly breachAt: string;
    /** From the stored look that saw the breach to the last answer of the challenger; 0 if there was none after it. */
    readonly secondsToZeroTraffic: number;
    readonly challengerAnswers: number;
  }[];
  readonly requests: RequestCounts;
  readonly invariants: { readonly [name: string]: InvariantResult };
  /** Requests per second, arm and version, from the client's own ledger. */
  readonly traffic: readonly {
    readonly second: number;
    readonly version: number;
    readonly arm: string;
    readonly requests: number;
  }[];
  readonly urls: { readonly [name: string]: string };
}

/** A rollout with everything that decided about it. */
export interface EndedRollout {
  readonly rollout: RolloutView;
  readonly evidence: readonly EvidenceView[];
}

export function promotionOf({ rollout, evidence }: EndedRollout): DemoReport['promotions'][number] {
  const passes = evidence.filter(
    ({ kind, decision }) => decision.verdict === 'pass' && (kind !== 'look' || decision.action === 'advance'),
  );
  return {
    rollout: rollout.id,
    version: rollout.challenger.version,
    at: rollout.endedAt ?? rollout.startedAt,
    seconds: secondsBetween(rollout.startedAt, rollout.endedAt ?? rollout.startedAt),
    evidence: passes.map(({ id }) => id),
  };
}

export function rollbackOf(
  { rollout, evidence }: EndedRollout,
  entries: readonly LedgerEntry[],
): DemoReport['rollbacks'][number] {
  const breach = evidence.find(({ kind, decision }) => kind === 'look' && decision.action === 'rollBack');
  const breachAt = breach?.at ?? rollout.endedAt ?? rollout.startedAt;
  const own = entries.filter(({ arm, version }) => arm === 'challenger' && version === rollout.challenger.version);
  const last = Math.max(0, ...own.map(({ answeredAt }) => answeredAt));
  return {
    rollout: rollout.id,
    version: rollout.challenger.version,
    cause: rollout.cause ?? rollout.status,
    evidenceId: breach?.id ?? '',
    breachAt,
    secondsToZeroTraffic: Math.max(0, (last - Date.parse(breachAt)) / 1_000),
    challengerAnswers: own.length,
  };
}

export function versionRow(version: VersionView, verdict: string): DemoReport['versions'][number] {
  const { semver, digest, algorithm, metrics } = version;
  return { version: version.version, semver, digest, algorithm, metrics, verdict };
}

/** Requests per second, arm and version. */
export function trafficOf(entries: readonly LedgerEntry[]): DemoReport['traffic'] {
  const counts = new Map<string, { second: number; version: number; arm: string; requests: number }>();
  for (const { answeredAt, arm, version, status } of entries) {
    if (status !== 200 || arm === null || version === null) continue;
    const second = Math.floor(answeredAt / 1_000);
    const key = `${second}/${arm}/${version}`;
    const point = counts.get(key) ?? { second, version, arm, requests: 0 };
    point.requests += 1;
    counts.set(key, point);
  }
  return [...counts.values()].toSorted((a, b) => a.second - b.second);
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}

import type { ChampionGateSpec } from '../project/project-spec.js';
import { nonInferiorityP } from '../statistics/paired-t.js';
import type { GateResult, PairedComparison } from './evaluation.js';

interface ChampionGateInput {
  readonly comparisons: readonly PairedComparison[];
  readonly championExists: boolean;
}

/**
 * Non-inferiority on the same rows: passes when the one-sided p of "worse by at least `margin`" is below `alpha`.
 * `pairedT` takes the standard error of the differences; `mcnemar` that of the discordant pairs,
 * √(b + c − (b − c)²/n)/n (Liu and others 2002), and shows McNemar's own p beside it.
 */
export function championGate(gate: ChampionGateSpec, { comparisons, championExists }: ChampionGateInput): GateResult {
  const name = `${gate.metric} vs champion (${gate.test})`;
  const base = { gate: name, bound: -gate.margin };
  if (!championExists) {
    return {
      ...base,
      state: 'pass',
      observed: null,
      message: `no champion yet, so ${gate.metric} has nothing to be inferior to`,
    };
  }
  const comparison = comparisons.find(({ metric }) => metric === gate.metric);
  if (comparison === undefined || comparison.rows < 2) {
    return {
      ...base,
      state: 'error',
      observed: null,
      message: `${gate.metric} was not compared with the champion on the same rows`,
    };
  }
  const observed = comparison.meanDifference;
  const standardError = errorOf(gate, comparison);
  if (standardError === null) {
    return {
      ...base,
      state: 'error',
      observed,
      message: `mcnemar compares right with wrong answers; ${gate.metric} has none, use pairedT`,
    };
  }
  const p = nonInferiorityP({ mean: observed, standardError, degreesOfFreedom: comparison.rows - 1 }, gate.margin);
  const state = p < gate.alpha ? 'pass' : 'fail';
  return { ...base, state, observed, message: messageOf(gate, comparison, p) };
}

function errorOf({ test }: ChampionGateSpec, { rows, pairedT, mcnemar }: PairedComparison): number | null {
  if (test === 'pairedT') return pairedT?.standardError ?? 0;
  if (mcnemar === null) return null;
  const { championOnly: b, challengerOnly: c } = mcnemar;
  return Math.sqrt(b + c - (b - c) ** 2 / rows) / rows;
}

function messageOf(gate: ChampionGateSpec, { rows, meanDifference, mcnemar }: PairedComparison, p: number): string {
  const direction = meanDifference < 0 ? 'worse' : 'better';
  const pairs =
    gate.test === 'mcnemar' && mcnemar !== null
      ? ` (${mcnemar.championOnly} right only by the champion, ${mcnemar.challengerOnly} only by the challenger, McNemar p ${short(mcnemar.pValue)})`
      : '';
  const verdict = p < gate.alpha ? 'is shown not to be worse' : 'is not shown not to be worse';
  return `${gate.metric} ${verdict} by ${gate.margin} or more: ${short(Math.abs(meanDifference))} ${direction} on ${rows} rows, p ${short(p)} against alpha ${gate.alpha}${pairs}`;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}

import { commonLanguageEffect, meanRatio } from '../effect-size.js';
import { shiftOf } from '../mann-whitney.js';
import type {
  KayentaClassification,
  KayentaEffectSize,
  KayentaLabel,
  KayentaMetricConfig,
  KayentaValues,
} from './metric.js';
import { prepare } from './prepare.js';

/** What Kayenta's `NetflixACAJudge` fixes for every metric. */
export const kayentaSettings: KayentaSettings = { tolerance: 0.25, confidence: 0.98 };

export interface KayentaSettings {
  /** Share of the shift's estimate that the interval must stay clear of zero. */
  readonly tolerance: number;
  readonly confidence: number;
}

/**
 * Kayenta's classification of one metric (`MannWhitneyClassifier`): an interval of the shift by Mann and Whitney that
 * lies clear of zero, and an effect beyond what is allowed. Two arms without spread are compared by their difference;
 * Kayenta adds random noise there, so that its answer is not reproducible.
 */
export function kayentaClassify(
  config: Omit<KayentaMetricConfig, 'name' | 'groups'>,
  values: KayentaValues,
  settings: KayentaSettings = kayentaSettings,
): KayentaClassification {
  const [control, experiment] = [prepare(values.control, config), prepare(values.experiment, config)];
  const critical = config.critical ?? false;
  if (control.length === 0 || experiment.length === 0) return withoutData(config);
  if (isSame(control, experiment)) return { label: 'Pass', critical: false, deviation: 1 };
  const label = compared({ config, control, experiment, settings });
  const effect = effectOf(config.effectSize, { control, experiment });
  return {
    label,
    critical: critical && isCritical(label, effect, config.effectSize),
    deviation: meanRatio(experiment, control),
  };
}

function withoutData({ nanStrategy, critical = false, mustHaveData = false }: Partial<KayentaMetricConfig>) {
  if (nanStrategy === 'replace') return { label: 'Pass', critical: false, deviation: 1 } as const;
  if (mustHaveData && !critical) return { label: 'NodataFailMetric', critical, deviation: 1 } as const;
  return { label: 'Nodata', critical, deviation: 1 } as const;
}

interface Comparison extends KayentaValues {
  readonly config: Pick<KayentaMetricConfig, 'direction' | 'effectSize'>;
  readonly settings: KayentaSettings;
}

function compared({ config, control, experiment, settings }: Comparison): KayentaLabel {
  const shift = shiftOf(experiment, control, settings.confidence);
  if (shift === null || Number.isNaN(shift.estimate)) return 'Error';
  const { direction = 'either', effectSize } = config;
  const clear = settings.tolerance * Math.abs(shift.estimate);
  const effect = effectOf(effectSize, { control, experiment });
  const { allowedIncrease, allowedDecrease } = thresholdsOf(effectSize);
  if (direction !== 'decrease' && shift.interval.low > clear && !(effect < allowedIncrease)) return 'High';
  if (direction !== 'increase' && shift.interval.high < -clear && !(effect > allowedDecrease)) return 'Low';
  return 'Pass';
}

/** An effect that cannot be computed (NaN) excuses nothing. */
function isCritical(label: KayentaLabel, effect: number, effectSize: KayentaEffectSize | undefined): boolean {
  const { criticalIncrease, criticalDecrease } = thresholdsOf(effectSize);
  if (label === 'High') return !(effect < criticalIncrease);
  return label === 'Low' && !(effect > criticalDecrease);
}

function effectOf(effectSize: KayentaEffectSize | undefined, { control, experiment }: KayentaValues): number {
  return effectSize?.measure === 'cles' ? commonLanguageEffect(experiment, control) : meanRatio(experiment, control);
}

function thresholdsOf({ measure, ...given }: KayentaEffectSize = {}) {
  const usual = measure === 'cles' ? 0.5 : 1;
  return { allowedIncrease: usual, allowedDecrease: usual, criticalIncrease: usual, criticalDecrease: usual, ...given };
}

/** Both arms show the same values, in whatever order, or one and the same value only. */
function isSame(control: readonly number[], experiment: readonly number[]): boolean {
  if (new Set([...control, ...experiment]).size === 1) return true;
  if (control.length !== experiment.length) return false;
  const sorted = control.toSorted((a, b) => a - b);
  return experiment.toSorted((a, b) => a - b).every((value, index) => value === sorted[index]);
}

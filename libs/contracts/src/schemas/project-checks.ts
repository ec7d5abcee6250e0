import { isTimezone, type ModelProject, type TriggerSpec } from '@laurel/domain';
import { dataFindings } from './project-checks-data.js';
import { gateFindings, primaryFindings } from './project-checks-evaluation.js';
import { rolloutFindings } from './project-checks-rollout.js';
import { routerFindings } from './project-checks-router.js';
import { sourceFindings } from './project-checks-source.js';
import { sweepFindings } from './project-checks-sweep.js';
import { trainingFindings } from './project-checks-training.js';
import { type Finding, unknownWord, wrongValue } from './project-problem.js';

/** What a complete project says that cannot be meant, beyond its shape. */
export function projectFindings({ spec }: ModelProject): readonly Finding[] {
  return [
    ...sourceFindings(spec.data),
    ...dataFindings(spec),
    ...primaryFindings(spec),
    ...gateFindings(spec),
    ...trainingFindings(spec),
    ...sweepFindings(spec),
    ...rolloutFindings(spec),
    ...routerFindings(spec),
    ...spec.triggers.flatMap((trigger, index) => triggerFindings(trigger, { spec, index })),
  ];
}

function triggerFindings(
  trigger: TriggerSpec,
  { spec, index }: { readonly spec: ModelProject['spec']; readonly index: number },
): readonly Finding[] {
  const path = ['spec', 'triggers', index];
  if ('schedule' in trigger) {
    const allowed = 'a time zone of the IANA database such as UTC or Europe/Berlin';
    return isTimezone(trigger.timezone) ? [] : [wrongValue([...path, 'timezone'], trigger.timezone, allowed)];
  }
  if ('drift' in trigger) {
    const monitors = (spec.monitors ?? []).map(({ name }) => name);
    return monitors.includes(trigger.drift) ? [] : [unknownWord([...path, 'drift'], trigger.drift, monitors)];
  }
  if ('degradation' in trigger && trigger.degradation.below === undefined && trigger.degradation.above === undefined) {
    return [wrongValue([...path, 'degradation'], trigger.degradation, 'a mapping with below or above')];
  }
  return [];
}

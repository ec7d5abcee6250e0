import { LaurelError, type MeasureTrial, type TrialMeasureActivities } from '@laurel/contracts';
import { type EvaluatePorts, evaluatePackage } from '../training/evaluate.js';

/**
 * Measures trials on the validation part, through the code that serves: the holdout stays unseen until one of them is
 * chosen, so that its figures are not the luck of the search.
 */
export function trialMeasureActivities(ports: EvaluatePorts): TrialMeasureActivities {
  return { measureTrial: (input) => measureTrial(ports, input) };
}

async function measureTrial(ports: EvaluatePorts, input: MeasureTrial): Promise<readonly number[]> {
  const { trial, sweep, model, parts } = input;
  const { spec } = model;
  const bare = {
    ...model,
    spec: {
      ...spec,
      data: { ...spec.data, sensitive: [] },
      evaluation: { ...spec.evaluation, gates: [], slices: [] },
    },
  };
  const { summary } = await evaluatePackage(
    ports,
    {
      project: trial.project,
      runId: trial.runId,
      rerun: false,
      model: bare,
      parts: { ...parts, holdout: parts.validation },
      package: input.package,
    },
    null,
  );
  return sweep.objectives.map(({ metric }, index) => {
    const value = summary[metric]?.value;
    if (value !== undefined) return value;
    const where = `spec.sweep.objectives[${index}].metric`;
    throw new LaurelError(
      'DataAnomaly',
      `${where} is ${metric}, which the validation part cannot measure; name another.`,
    );
  });
}

import type { ModelActivities } from '@laurel/contracts';
import type { ActivityPorts } from '../ports.js';
import { remember } from '../step-memory.js';
import { type EvaluatePorts, evaluatePackage } from './evaluate.js';
import { type PackagePorts, packageTrained } from './package.js';
import { type RecordPorts, recordMade } from './reproduce-record.js';

type Ports = PackagePorts & EvaluatePorts & RecordPorts & Pick<ActivityPorts, 'registry'>;

/** From a trainer's output to a signed package, and from a package to its evaluation. */
export function modelActivities(ports: Ports): ModelActivities {
  return {
    packageModel: async (input) => {
      await recordMade(ports, input);
      const { dataset, parts, output, model } = input;
      const inputs = { dataset: dataset.digest, parts, output, name: model.metadata.name };
      return remember(ports.runs, { name: 'package', context: input, inputs }, () => packageTrained(ports, input));
    },
    evaluateModel: async (input) => {
      const { spec } = input.model;
      const champion = (await ports.registry.champion(spec.serving.endpoint))?.digest ?? null;
      const inputs = {
        package: input.package,
        holdout: input.parts.holdout,
        champion,
        evaluation: spec.evaluation,
        sensitive: spec.data.sensitive,
        seed: spec.training.seed,
      };
      return remember(ports.runs, { name: 'evaluate', context: input, inputs }, () =>
        evaluatePackage(ports, input, champion),
      );
    },
  };
}

import { LaurelError } from '@laurel/contracts';
import { trackingLimits } from '@laurel/domain';
import type { Experiment, KeyValue } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { limited, nameIn } from './pairs.js';
import type { MlflowRoute } from './route.js';

/** Experiments and their tags. */
export const experimentRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: 'mlflow/experiments/create',
    allow: 'operator',
    answer: async ({ args, ports }) => ({
      experiment_id: await ports.tracking.createExperiment({
        name: experimentName(args, 'name'),
        artifactLocation: artifactLocation(args),
        tags: args.messages('tags').map(experimentTag),
      }),
    }),
  },
  {
    method: 'GET',
    path: 'mlflow/experiments/get',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const id = args.demandText('experiment_id');
      const experiment = await ports.tracking.findExperiment(id);
      if (experiment === undefined) throw new LaurelError('NotFound', `No Experiment with id=${id} exists`);
      return { experiment: shownExperiment(experiment) };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/experiments/get-by-name',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const name = args.demandText('experiment_name');
      const experiment = await ports.tracking.findExperimentByName(name);
      if (experiment !== undefined) return { experiment: shownExperiment(experiment) };
      throw new LaurelError('NotFound', `Could not find experiment with name '${name}'`);
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/update',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.renameExperiment(args.demandText('experiment_id'), experimentName(args, 'new_name'));
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/delete',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.deleteExperiment(args.demandText('experiment_id'));
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/restore',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.restoreExperiment(args.demandText('experiment_id'));
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/set-experiment-tag',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.setExperimentTag(args.demandText('experiment_id'), experimentTag(args));
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/experiments/delete-experiment-tag',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.deleteExperimentTag(args.demandText('experiment_id'), args.demandText('key'));
      return {};
    },
  },
];

function experimentName(args: Arguments, argument: string): string {
  return limited(args, argument, trackingLimits.experimentName, args.demandText(argument));
}

/** Laurel fetches from nowhere and writes to its own store only. */
function artifactLocation(args: Arguments): string | null {
  const location = args.text('artifact_location');
  if (location === undefined || location === '') return null;
  throw args.invalid('artifact_location', 'Laurel keeps artifacts in its own store; leave it out');
}

function experimentTag(args: Arguments): KeyValue {
  const value = limited(args, 'value', trackingLimits.experimentTagValue, args.text('value') ?? '');
  return { key: nameIn(args), value };
}

/** An experiment as MLflow's clients read it. */
export function shownExperiment(experiment: Experiment) {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.updatedMs,
    creation_time: experiment.createdMs,
    tags: experiment.tags,
  };
}

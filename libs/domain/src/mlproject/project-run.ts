import type { RunId } from '../ids.js';
import type { TrainingSpec } from '../project/project-spec.js';
import type { ProjectPlan } from './plan.js';

/** A run of a folder that MLflow runs, as it is asked for and recorded. */
export interface ProjectRun extends Pick<ProjectPlan, 'entry' | 'parameters'> {
  /** The project's label. */
  readonly project: string;
  readonly runId: RunId;
  /** Where the command runs. */
  readonly folder: string;
  /** How the command is run: as one worker of a training. */
  readonly training: TrainingSpec;
  readonly experimentId: string;
  readonly runName: string;
  readonly requestedBy: string;
  /** Which of MLflow's words for environments fits. */
  readonly environment: 'conda' | 'local' | 'virtualenv';
}

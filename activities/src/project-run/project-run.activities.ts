import type { ProjectJobActivities, ProjectRunActivities, ProjectRunOutcome } from '@laurel/contracts';
import type { Prices } from '@laurel/domain';
import type { RunChange } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { explained } from '../step-memory.js';
import { commandSpec } from '../training/job-spec.js';
import { type AttemptPorts, runAttempt } from '../training/run-attempt.js';
import { keepProjectSource, type SourcePorts } from './keep-project-source.js';
import { trackProjectRun } from './track-project-run.js';

/** The record of a project's run, here and for clients of MLflow. */
export function projectRunActivities(ports: Pick<ActivityPorts, 'runs' | 'tracking'>): ProjectRunActivities {
  return {
    beginProjectRun: async (run) => {
      await trackProjectRun(ports.tracking, run);
      const { project, runId, entry } = run;
      await ports.runs.begin({ project, runId, trigger: `run/${entry}`, work: { kind: 'project' } });
    },
    endProjectRun: ({ runId, outcome }) => ports.runs.update(runId, { ...changeOf(outcome), ended: true }),
  };
}

function changeOf(outcome: ProjectRunOutcome): RunChange {
  if (outcome.kind === 'failed') return { status: 'failed', code: outcome.code, message: outcome.message };
  return { status: outcome.kind, code: null, message: null };
}

/** Attempts of a project's command. A job outlives the worker: another one attaches to it by name. */
export function projectJobActivities(
  ports: AttemptPorts & SourcePorts,
  settings: { readonly prices: Prices | null },
): ProjectJobActivities {
  return {
    runCommand: async (input) => {
      await keepProjectSource(ports, input);
      await ports.runs.update(input.runId, { step: 'train' });
      const run = () => runAttempt(ports, input, { spec: commandSpec(input), prices: settings.prices });
      return explained(ports.runs, input.runId, run);
    },
  };
}

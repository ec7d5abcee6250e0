import { type AskedTrial, type AskTrial, type BeginSweep, LaurelError, type SweepActivities } from '@laurel/contracts';
import { bestTrial, countTrials, dimensionsOf, gridSize, isWithin, studyOf } from '@laurel/domain';
import { digestOf } from '../digest.js';
import type { ActivityPorts } from '../ports.js';
import { changeOf } from '../training/run.activities.js';
import { beginTrial, endTrial, outcomeOf } from './end-trial.js';
import { followTrial } from './follow-trial.js';

type Ports = Pick<ActivityPorts, 'runs' | 'sampler' | 'sweeps' | 'trainingRecords'>;

/** Sweeps and their trials: rows, nested runs and the sampler's memory. */
export function sweepActivities(ports: Ports): SweepActivities {
  return {
    beginSweep: (input) => beginSweep(ports, input),
    warmSweep: (input) => warmSweep(ports, input),
    askTrial: (input) => askTrial(ports, input),
    beginTrial: ({ trial }) => beginTrial(ports, trial),
    followTrial: (input) => followTrial(ports, input),
    endTrial: (input) => endTrial(ports, input),
    chooseBest: async ({ runId, sweep }) => {
      const trials = await ports.sweeps.trials(runId);
      const best = bestTrial(trials, sweep.objectives);
      if (best === null || best.package === null) throw withoutResult(runId, countTrials(trials));
      return { number: best.number, runId: best.runId, package: best.package };
    },
    endSweep: async ({ runId, outcome, best, ended }) => {
      await ports.sweeps.update(runId, {
        ...(best !== null && { registeredTrial: best }),
        ...(ended !== null && { ended }),
      });
      await ports.runs.update(runId, changeOf(outcome));
    },
  };
}

async function beginSweep({ runs, sweeps }: Ports, { project, runId }: BeginSweep): Promise<void> {
  if ((await sweeps.find(runId)) === undefined) {
    throw new LaurelError('NotFound', `there is no sweep ${runId}; start one with laurel sweep start ${project}.`);
  }
  await runs.begin({ runId, project, trigger: `sweep/${runId}`, work: { kind: 'sweep' } });
}

/** Trials are comparable when they saw the same rows and differ in the searched parameters only. */
async function warmSweep(
  { sampler, sweeps }: Ports,
  { project, runId, sweep, model, parts }: Parameters<SweepActivities['warmSweep']>[0],
): Promise<{ readonly known: number }> {
  const { command, parameters, seed } = model.spec.training;
  const fixed = Object.fromEntries(Object.entries(parameters).filter(([name]) => !Object.hasOwn(sweep.space, name)));
  const rows = { train: parts.train.digest, validation: parts.validation.digest };
  const dataset = digestOf({ rows, command, fixed, seed });
  await sweeps.update(runId, { dataset });
  if (sweep.warmStart === null) return { known: 0 };
  const { objectives } = sweep;
  const found = await sweeps.comparable({ project, except: runId, dataset, objectives, limit: 1_000 });
  const dimensions = dimensionsOf(sweep.space, parameters);
  const known = found.filter((trial) => isWithin(dimensions, trial.parameters)).slice(0, sweep.warmStart.runs);
  if (known.length === 0) {
    throw new LaurelError(
      'InvalidProject',
      `spec.sweep.warmStart asks for ${sweep.warmStart.runs} finished trials, and ${project} has none on this data with these objectives within this space; set it to null for the first sweep.`,
    );
  }
  await sampler.learn(studyOf(runId, sweep, parameters), known);
  return { known: known.length };
}

async function askTrial({ sampler, sweeps }: Ports, { sweep, number, model, spec }: AskTrial): Promise<AskedTrial> {
  const stored = await sweeps.findTrial(sweep, number);
  if (stored !== undefined && stored.state !== 'running') {
    return { kind: 'ended', runId: stored.runId, outcome: outcomeOf(stored) };
  }
  if (stored !== undefined) return { kind: 'run', runId: stored.runId, parameters: stored.parameters };
  const study = studyOf(sweep, spec, model.spec.training.parameters);
  const size = spec.algorithm === 'grid' ? gridSize(study.dimensions) : null;
  if (size !== null && number >= size) return { kind: 'exhausted' };
  const asked = await sampler.ask(study, number);
  if (asked === null) return { kind: 'exhausted' };
  const runId = digestOf({ sweep, number }).slice('sha256:'.length, 'sha256:'.length + 32);
  const { parameters } = await sweeps.addTrial({ sweep, number, runId, parameters: asked });
  return { kind: 'run', runId, parameters };
}

function withoutResult(runId: string, counts: ReturnType<typeof countTrials>): LaurelError {
  const ends = Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]));
  const became = ends.length === 0 ? 'none was started' : ends.join(', ');
  return new LaurelError(
    'SweepWithoutResult',
    `No trial of the sweep is complete (${became}); see laurel sweep results ${runId}.`,
  );
}

import type { AttemptInput, AttemptReport, JobActivities } from '@laurel/contracts';
import { canonicalJson, type Digest, type JobData, type JobSpec, type Prices } from '@laurel/domain';
import { findDataset } from '../data/data.activities.js';
import { trainerSchema } from '../data/features.js';
import type { ActivityPorts } from '../ports.js';
import { explained, type RememberedStep, recall, store } from '../step-memory.js';
import { jobName, jobSpec } from './job-spec.js';
import { type RecordPorts, recordPlan } from './reproduce-record.js';
import { type AttemptPorts, reportOf, runAttempt } from './run-attempt.js';

type Ports = AttemptPorts & RecordPorts & Pick<ActivityPorts, 'datasets'>;

/** Attempts of supervised training jobs. A job outlives the worker: another one attaches to it by name. */
export function jobActivities(ports: Ports, settings: { readonly prices: Prices | null }): JobActivities {
  return {
    runTrainer: async (input) => {
      await recordPlan(ports, input);
      const data = await dataOf(ports, input);
      const step = await stepOf(ports, input, data);
      const stored = await recall<Digest>(ports.runs, step);
      const spec = jobSpec(input, data);
      if (stored !== undefined) return reused(ports, spec, stored);
      const run = () => runAttempt(ports, input, { spec, prices: settings.prices });
      const report = await explained(ports.runs, input.runId, run);
      if (report.outcome.kind !== 'done') return report;
      const output = await store(ports.runs, step, report.outcome.output);
      return { ...report, outcome: { kind: 'done', output } };
    },
    removeJob: (run) => ports.jobs.remove(jobName(run)),
  };
}

/** The output of a run of before, or of this attempt when its former worker died between storing and reporting. */
async function reused(ports: Ports, { runId, attempt }: JobSpec, output: Digest): Promise<AttemptReport> {
  return reportOf({ kind: 'done', output }, await ports.trainingRecords.findAttempt({ runId, attempt }));
}

async function dataOf(ports: Ports, { model, dataset, parts }: AttemptInput): Promise<JobData> {
  const { schema: columns } = await findDataset(ports, dataset);
  const schema = await ports.objects.put(Buffer.from(canonicalJson(trainerSchema(model, columns))));
  return { train: parts.train.digest, validation: parts.validation.digest, schema };
}

/** The step by everything a trainer's result depends on. */
async function stepOf(ports: Ports, input: AttemptInput, data: JobData): Promise<RememberedStep> {
  const { command, parameters, seed, image = null, workers = 1 } = input.model.spec.training;
  const code = await ports.code.describe(input.folder);
  const own = input.repeats === undefined ? {} : { repetition: input.runId };
  const inputs = { data, code: code.digest, command, parameters, seed, image, workers, ...own };
  return { name: 'train', context: input, inputs };
}

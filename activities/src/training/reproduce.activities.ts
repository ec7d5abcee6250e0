import {
  codeVersion,
  LaurelError,
  type Recalled,
  type RecallInput,
  type ReproductionActivities,
} from '@laurel/contracts';
import type { MadeCircumstances, PlannedCircumstances, RunId } from '@laurel/domain';
import type { RunRecord } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { compareWith } from './reproduce-compare.js';
import { type RecordPorts, recordMade } from './reproduce-record.js';

type Ports = RecordPorts & Pick<ActivityPorts, 'runs' | 'tables'>;

/** Repeats a run from its record. */
export function reproduceActivities(ports: Ports): ReproductionActivities {
  return {
    recallRun: (input) => recallRun(ports, input),
    compareRuns: async ({ runId, of, output }) => {
      const { planned } = await recordOf(ports, runId);
      const { project, folder, dataset, parts } = planned;
      await recordMade(ports, { runId, model: project, folder, dataset, parts, output });
      const [was, is] = [await trainedRecord(ports, of), await trainedRecord(ports, runId)];
      const repetition = await compareWith(ports, { of, was, is });
      await ports.circumstances.repeat(runId, repetition);
      return repetition;
    },
    clearSource: ({ runId }) => ports.code.clear(runId),
  };
}

async function recallRun(ports: Ports, { project, runId, rerun }: RecallInput): Promise<Recalled> {
  const run = await ports.runs.find(rerun.of);
  if (run?.project !== project)
    throw new LaurelError('NotFound', `there is no run ${rerun.of} of ${project}; list them with laurel get runs.`);
  const { planned } = await trainedRecord(ports, rerun.of);
  const folder = await folderOf(ports, { planned, of: rerun.of, runId });
  const { training } = planned.project.spec;
  const seed = rerun.seed ?? training.seed;
  const model = { ...planned.project, spec: { ...planned.project.spec, training: { ...training, seed } } };
  await ports.circumstances.plan(runId, { ...planned, project: model, folder, laurel: codeVersion });
  const { dataset, parts } = planned;
  return { model, folder, dataset, parts };
}

/** The project's folder while its code is what it was; otherwise the code that was kept, laid out for this run. */
async function folderOf(
  ports: Ports,
  { planned, of, runId }: { readonly planned: PlannedCircumstances; readonly of: RunId; readonly runId: RunId },
): Promise<string> {
  const { source, folder } = planned;
  const present = await digestNow(ports, folder);
  if (present === source.digest) return folder;
  const changed =
    present === undefined ? `the folder ${folder} is gone` : `the code in ${folder} has changed since run ${of}`;
  if (source.kept === null || !(await ports.objects.has(source.kept))) {
    throw new LaurelError(
      'NotRepeatable',
      `${changed} and its source was not kept; bring that code back${commitText(source.commit)}.`,
    );
  }
  const laidOut = await ports.code.layOut(source.kept, runId);
  if ((await digestNow(ports, laidOut)) === source.digest) return laidOut;
  throw new LaurelError(
    'NotRepeatable',
    `${changed}, and the source kept with that run is not what the run recorded (it changed as it was read).`,
  );
}

async function digestNow(ports: Ports, folder: string) {
  try {
    return (await ports.code.describe(folder)).digest;
  } catch {
    // Whatever hides the folder, it cannot be trained in.
    return undefined;
  }
}

function commitText(commit: string | null): string {
  return commit === null ? '' : ` (commit ${commit.slice(0, 12)})`;
}

async function recordOf(ports: Ports, runId: RunId): Promise<RunRecord> {
  const record = await ports.circumstances.find(runId);
  if (record !== undefined) return record;
  throw new LaurelError(
    'NotRepeatable',
    `run ${runId} has no record of what it depended on; it never reached its training, or is older than Laurel 0.2.`,
  );
}

async function trainedRecord(ports: Ports, runId: RunId): Promise<RunRecord & { readonly made: MadeCircumstances }> {
  const record = await recordOf(ports, runId);
  const { made } = record;
  if (made !== null) return { ...record, made };
  throw new LaurelError(
    'NotRepeatable',
    `the training of run ${runId} has left no model to compare with; repeat a run that has.`,
  );
}

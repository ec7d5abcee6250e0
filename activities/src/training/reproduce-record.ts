import { codeVersion, trainerFiles } from '@laurel/contracts';
import type { Digest, MadeCircumstances, OutputManifest, PlannedCircumstances, RanOn, RunId } from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';

export type RecordPorts = Pick<ActivityPorts, 'circumstances' | 'code' | 'objects'>;

/** What a training takes. */
export interface Plan {
  readonly runId: RunId;
  readonly model: PlannedCircumstances['project'];
  readonly folder: string;
  readonly dataset: PlannedCircumstances['dataset'];
  readonly parts: PlannedCircumstances['parts'];
}

/** Begins a run's record and keeps its source, once: a later attempt of the run finds the record there. */
export async function recordPlan(ports: RecordPorts, plan: Plan): Promise<void> {
  const { runId, model, folder, dataset, parts } = plan;
  if ((await ports.circumstances.find(runId)) !== undefined) return;
  const kept = await ports.code.keep(folder);
  const source = { ...(await ports.code.describe(folder)), kept };
  await ports.circumstances.plan(runId, { project: model, folder, dataset, parts, source, laurel: codeVersion });
}

/** Completes a run's record with what its trainer left. */
export async function recordMade(ports: RecordPorts, plan: Plan & { readonly output: Digest }): Promise<void> {
  await recordPlan(ports, plan);
  const { output, runId } = plan;
  const { planned } = (await ports.circumstances.find(runId)) ?? {};
  const { digest } = await ports.code.describe(planned?.folder ?? plan.folder);
  const files = await filesOf(ports, output);
  const model = files.get(trainerFiles.model);
  if (model === undefined) return;
  const made: MadeCircumstances = {
    output,
    model,
    predictions: files.get(trainerFiles.predictions) ?? null,
    environment: files.get(trainerFiles.environment) ?? null,
    ranOn: await readRanOn(ports, files.get(trainerFiles.ranOn)),
    sourceChanged: digest !== planned?.source.digest,
  };
  await ports.circumstances.make(runId, made);
}

async function filesOf(ports: RecordPorts, output: Digest): Promise<ReadonlyMap<string, Digest>> {
  const manifest = JSON.parse(Buffer.from(await ports.objects.get(output)).toString('utf8')) as OutputManifest;
  return new Map(manifest.files.map((file) => [file.path, file.digest]));
}

/** `null` for an output without the file, or with one that is not of its shape: a trainer may have written over it. */
async function readRanOn(ports: RecordPorts, digest: Digest | undefined): Promise<RanOn | null> {
  if (digest === undefined) return null;
  const text = Buffer.from(await ports.objects.get(digest)).toString('utf8');
  try {
    const read = JSON.parse(text) as Partial<RanOn>;
    return read.machine === undefined || read.settings === undefined
      ? null
      : { machine: read.machine, settings: read.settings };
  } catch {
    return null;
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrainerModel } from '@laurel/activities';
import { LaurelError, trainerFiles } from '@laurel/contracts';
import type { GradientFlowReport, ModelSignature } from '@laurel/domain';
import { createModelProbe, loadGraph } from '@laurel/inference';
import type { RunnableModel } from '@laurel/ports';

/** What `laurel up` allows the child that loads a model first. */
const probeLimits = { memoryMegabytes: 2_048, timeoutMilliseconds: 60_000 };

/** A trainer's output, loaded as evaluation and serving load it. */
export interface LoadedModel {
  readonly folder: string;
  readonly signature: ModelSignature;
  readonly runnable: RunnableModel;
}

/** Errors: `TrainerWroteNoModel`, `ModelUnsafe`. */
export async function loadModelFolder(folder: string): Promise<LoadedModel> {
  const { task, inputs, outputs, classes } = readTrainerModel(await fileOf(folder, trainerFiles.description));
  const signature = { task, inputs, outputs, classes };
  const bytes = await fileOf(folder, trainerFiles.model);
  await createModelProbe(probeLimits).probe(bytes, signature);
  return { folder, signature, runnable: await loadGraph(bytes, { signature }) };
}

async function fileOf(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw new LaurelError('TrainerWroteNoModel', `${folder} has no readable ${file}; name a trainer's output folder.`, {
      cause,
    });
  }
}

/** What was seen of the network's first steps; `null` when nobody watched. */
export async function readGradientFlow(folder: string): Promise<GradientFlowReport | null> {
  const text = await readFile(join(folder, trainerFiles.gradientFlow), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as GradientFlowReport);
}

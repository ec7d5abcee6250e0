import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isLaurelError } from '@laurel/contracts';
import {
  canonicalJson,
  type Digest,
  type GradientFlow,
  type JobSpec,
  milliseconds,
  type OutputManifest,
  pendingMilliseconds,
  resourcesOf,
  type TrainerParameters,
} from '@laurel/domain';
import { createProcessJobLauncher } from '@laurel/local';
import { openObjectStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import type { PreparedData } from './data-suite.js';
import type { ProjectFolder } from './project-folder.js';

/** A trainer's result in a folder, or how it ended without one. */
export type Trained =
  | { readonly kind: 'model'; readonly folder: string }
  | { readonly kind: 'failed'; readonly message: string; readonly log: readonly string[] };

export interface TrainProject {
  readonly at: ProjectFolder;
  readonly data: PreparedData;
  readonly scratch: string;
  readonly python: string | null;
  /** Over the project's own. */
  readonly parameters: TrainerParameters;
  readonly progress: (text: string) => void;
}

const silent = { info: () => undefined, warn: () => undefined };
const shownLines = 8;

/** Trains as an installation does on one machine: the same launcher, protocol and limits, one attempt. */
export async function trainProject(asked: TrainProject): Promise<Trained> {
  const { at, scratch, python } = asked;
  const objectStore = openObjectStore(pathToFileURL(join(scratch, 'objects')).href);
  const jobs = createProcessJobLauncher({ folder: join(scratch, 'jobs'), objectStore, python, log: silent });
  const spec = await specOf(asked, objectStore);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    await jobs.ensure(spec);
    for await (const { step, totalSteps } of jobs.watch(spec.name, stopping.signal))
      asked.progress(
        `training ${at.project.metadata.name}: step ${step}${totalSteps === null ? '' : ` of ${totalSteps}`}`,
      );
    if (stopping.signal.aborted) return { kind: 'failed', message: 'the training was stopped', log: [] };
    return await resultOf(asked, jobs, { objectStore, name: spec.name });
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return { kind: 'failed', message: error.message.replace(/\.$/, ''), log: [] };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await jobs.remove(spec.name);
  }
}

async function specOf({ at, data, parameters }: TrainProject, objects: ObjectStore): Promise<JobSpec> {
  const { training } = at.project.spec;
  const { train, validation } = data.parts;
  const stored = async (path: string): Promise<Digest> => (await objects.putFile(path)).digest;
  const name = at.project.metadata.name;
  return {
    name: `${name}-ci`,
    attempt: 1,
    project: name,
    runId: randomUUID().replaceAll('-', ''),
    command: watchedCommand(training.command, gradientFlowOf(at)),
    workingDirectory: at.folder,
    image: null,
    data: {
      train: await stored(train),
      validation: await stored(validation),
      schema: await objects.put(Buffer.from(canonicalJson(data.trainer))),
    },
    parameters: { ...training.parameters, ...parameters },
    seed: training.seed,
    fence: 0,
    workers: 1,
    resources: resourcesOf(training),
    placement: 'onDemand',
    checkpointEvery: training.checkpoint.every,
    deadlineMilliseconds: milliseconds(training.deadline),
    silenceMilliseconds: milliseconds(training.silence),
    pendingMilliseconds: pendingMilliseconds(training),
  };
}

function gradientFlowOf({ tests }: ProjectFolder): GradientFlow | null {
  return tests.model.flatMap((test) => ('gradientFlow' in test ? [test.gradientFlow] : []))[0] ?? null;
}

/** A Python trainer under the watch of its network's first steps, where the tests ask for it. */
function watchedCommand([program = '', ...rest]: readonly string[], flow: GradientFlow | null): readonly string[] {
  if (flow === null || !/^python3?$/.test(program) || rest[0]?.endsWith('.py') !== true) return [program, ...rest];
  return [program, '-m', 'laurel_trainer.gradient_flow', String(flow.steps), ...rest];
}

async function resultOf(
  { scratch }: TrainProject,
  jobs: JobLauncher,
  { objectStore, name }: { readonly objectStore: ObjectStore; readonly name: string },
): Promise<Trained> {
  const outcome = await jobs.outcome(name);
  if (outcome.kind !== 'done') {
    const log = await jobs.log(name, shownLines);
    return { kind: 'failed', message: outcome.message.replace(/\.$/, ''), log };
  }
  const folder = join(scratch, 'model');
  const manifest = JSON.parse(Buffer.from(await objectStore.get(outcome.output)).toString('utf8')) as OutputManifest;
  await layOut(manifest, folder, objectStore);
  return { kind: 'model', folder };
}

async function layOut({ files }: OutputManifest, folder: string, objects: ObjectStore): Promise<void> {
  for (const { path, digest } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await objects.getFile(digest, join(folder, path));
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLaurelError } from '@laurel/contracts';
import { type CheckName, type CheckResult, checked, skipped } from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import { dataSuite, type PreparedData } from './data-suite.js';
import { deploymentSuite } from './deployment-suite.js';
import { featureSuite } from './feature-suite.js';
import { type LoadedModel, loadModelFolder } from './model-folder.js';
import { modelSuite } from './model-suite.js';
import { type ProjectFolder, readProjectFolder } from './project-folder.js';
import { trainProject } from './train-project.js';

export interface RunCi {
  /** The project's folder. */
  readonly folder: string;
  /** A trainer's output that was made before; `null` trains. */
  readonly model: string | null;
  /** Trains with the parameters under `quick` of `tests.yaml`. */
  readonly quick: boolean;
  readonly python: string | null;
  readonly engine: TableEngine;
  /** Told what goes on; `minor` when it changes often. */
  readonly progress: (text: string, minor: boolean) => void;
}

export interface CiReport {
  readonly project: string;
  readonly results: readonly CheckResult[];
}

/**
 * Checks a project without an installation: its data, a model trained on it, the tests it declares, and a serving process.
 * What does not hold is a result, not an error. Errors: those of reading the project's files.
 */
export async function runCi(asked: RunCi): Promise<CiReport> {
  const at = await readProjectFolder(asked.folder);
  const scratch = await mkdtemp(join(tmpdir(), 'laurel-ci-'));
  try {
    asked.progress('checking the data', false);
    const { results, data } = await dataSuite(at, asked.engine, scratch);
    const rest =
      data === null ? notAsked(at, 'there is no data to train on') : await ofModel(asked, { at, data, scratch });
    return { project: at.project.metadata.name, results: [...results, ...rest] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Ground {
  readonly at: ProjectFolder;
  readonly data: PreparedData;
  readonly scratch: string;
}

async function ofModel(asked: RunCi, ground: Ground): Promise<readonly CheckResult[]> {
  const { at, data } = ground;
  const { results, model } = await obtain(asked, ground);
  if (model === null) return [...results, ...notAsked(at, 'there is no model')];
  const made = asked.model !== null ? 'before' : asked.quick ? 'quick' : 'here';
  const input = { at, data, model, made, engine: asked.engine } as const;
  try {
    asked.progress('checking the model', false);
    const features = await featureSuite(input);
    const tests = await modelSuite(input);
    asked.progress('checking a deployment', false);
    return [...results, ...features, ...tests, ...(await deploymentSuite(input))];
  } finally {
    await model.runnable.release();
  }
}

async function obtain(
  asked: RunCi,
  ground: Ground,
): Promise<{ readonly results: readonly CheckResult[]; readonly model: LoadedModel | null }> {
  const trains: CheckName = { suite: 'training', name: 'trainer' };
  const loads: CheckName = { suite: 'training', name: 'model can be loaded' };
  const results: CheckResult[] = [];
  let folder = asked.model;
  if (folder === null) {
    const parameters = asked.quick ? ground.at.tests.quick : {};
    const progress = (text: string) => asked.progress(text, true);
    const trained = await trainProject({ ...ground, python: asked.python, parameters, progress });
    if (trained.kind === 'failed') {
      for (const line of trained.log) asked.progress(line, false);
      return { results: [checked(trains, { expected: 'a model', found: `that ${trained.message}` })], model: null };
    }
    results.push(checked(trains, null));
    folder = trained.folder;
  }
  try {
    const model = await loadModelFolder(folder);
    return { results: [...results, checked(loads, null)], model };
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    const found = `${error.code}: ${error.message.replace(/\.$/, '')}`;
    return { results: [...results, checked(loads, { expected: 'a model that loads', found })], model: null };
  }
}

function notAsked(at: ProjectFolder, because: string): readonly CheckResult[] {
  const names: readonly CheckName[] = [
    { suite: 'features', name: 'features' },
    ...at.tests.model.map(({ name }) => ({ suite: 'model', name }) as const),
    { suite: 'deployment', name: 'deployment' },
  ];
  return names.map((name) => skipped(name, because));
}

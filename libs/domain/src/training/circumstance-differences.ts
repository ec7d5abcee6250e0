import { canonicalJson } from '../json.js';
import type { Circumstances, Difference, Machine, RanOn } from './circumstances.js';
import { requirementsOf } from './environment-lock.js';

/** The texts of both environment locks, one requirement a line. */
export interface EnvironmentLocks {
  readonly was: string;
  readonly is: string;
}

/**
 * Every recorded circumstance in which two runs differ, what decides about the model before what may. A commit or a
 * branch counts only when the code differs: it is the code that trains.
 */
export function circumstanceDifferences(
  was: Circumstances,
  is: Circumstances,
  locks: EnvironmentLocks,
): readonly Difference[] {
  return [...comparePlans(was, is), ...lockDifferences(locks), ...machineDifferences(was, is)];
}

export type Facts = { readonly [what: string]: string | null };

/** Parameters, seed, command and resources in which two trainings differ. */
export function trainingDifferences(was: Circumstances, is: Circumstances): readonly Difference[] {
  return [
    ...compareFacts(trainingFacts(was), trainingFacts(is)),
    ...compareFacts(parameterFacts(was), parameterFacts(is)),
  ];
}

/** Hardware and settings in which two trainings differ. */
export function machineDifferences(was: Circumstances, is: Circumstances): readonly Difference[] {
  return [
    ...compareFacts(machineFacts(was.made?.ranOn), machineFacts(is.made?.ranOn)),
    ...compareFacts(settingFacts(was.made?.ranOn), settingFacts(is.made?.ranOn)),
  ];
}

function comparePlans(was: Circumstances, is: Circumstances): readonly Difference[] {
  const codeDiffers = was.planned.source.digest !== is.planned.source.digest;
  const changing = [was, is].some(({ made }) => made?.sourceChanged === true);
  return [
    ...compareFacts(dataFacts(was), dataFacts(is)),
    ...trainingDifferences(was, is),
    ...compareFacts({ code: was.planned.source.digest }, { code: is.planned.source.digest }),
    ...(codeDiffers ? compareFacts(commitFacts(was), commitFacts(is)) : []),
    ...(changing ? [{ what: 'code while training', was: steadiness(was), is: steadiness(is) }] : []),
    ...compareFacts({ Laurel: was.planned.laurel }, { Laurel: is.planned.laurel }),
  ];
}

function steadiness({ made }: Circumstances): string {
  return made?.sourceChanged === true ? 'changed' : 'steady';
}

function dataFacts({ planned: { dataset, parts } }: Circumstances): Facts {
  return { data: dataset.digest, 'training rows': parts.train.digest, 'validation rows': parts.validation.digest };
}

function trainingFacts({ planned: { project } }: Circumstances): Facts {
  const { command, seed, checkpoint, workers, resources, image } = project.spec.training;
  return {
    seed: String(seed),
    command: command.join(' '),
    'checkpoint every': String(checkpoint.every),
    workers: String(workers ?? 1),
    cpu: String(resources?.cpu ?? 1),
    gpu: resources === undefined ? null : canonicalJson(resources.gpu),
    image: image ?? null,
  };
}

function parameterFacts({ planned: { project } }: Circumstances): Facts {
  const named = Object.entries(project.spec.training.parameters);
  return Object.fromEntries(named.map(([name, value]) => [`parameter ${name}`, String(value)]));
}

function commitFacts({ planned: { source } }: Circumstances): Facts {
  return { commit: source.commit, branch: source.branch, 'uncommitted changes': source.dirty ? 'yes' : 'no' };
}

/** A machine in words; empty when whoever ran the trainer did not say. */
export function machineFacts(ranOn: RanOn | null | undefined): Facts {
  if (!ranOn) return {};
  const { processor, cores, memoryBytes, architecture, system, gpus } = ranOn.machine;
  return {
    processor,
    cores: String(cores),
    memory: `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    architecture,
    system,
    GPUs: gpus.length === 0 ? 'none' : gpus.map(gpuText).join(', '),
  };
}

function gpuText({ model, driver }: Machine['gpus'][number]): string {
  return `${model} (driver ${driver})`;
}

function settingFacts(ranOn: RanOn | null | undefined): Facts {
  return Object.fromEntries(Object.entries(ranOn?.settings ?? {}).map(([name, value]) => [`setting ${name}`, value]));
}

/** Requirements that are not in both locks, by the package's name; one line when only one run has a lock at all. */
function lockDifferences({ was, is }: EnvironmentLocks): readonly Difference[] {
  if ((was === '') !== (is === '')) {
    const there = (lock: string) => (lock === '' ? null : 'recorded');
    return [{ what: 'environment lock', was: there(was), is: there(is) }];
  }
  return compareFacts(lockFacts(was), lockFacts(is));
}

function lockFacts(lock: string): Facts {
  const named = Object.entries(requirementsOf(lock));
  return Object.fromEntries(
    named.map(([name, version]) => (version === '' ? [`environment ${name}`, 'there'] : [`package ${name}`, version])),
  );
}

function compareFacts(was: Facts, is: Facts): readonly Difference[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .map((what) => ({ what, was: was[what] ?? null, is: is[what] ?? null }))
    .filter((fact) => fact.was !== fact.is);
}

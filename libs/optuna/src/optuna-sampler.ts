import { gridValues, type ParameterImportance, type Study, type TrainerParameters } from '@laurel/domain';
import type { Sampler } from '@laurel/ports';
import { openSamplerProcess, type SamplerProcessOptions } from './sampler-process.js';

/** Optuna as a sampler. Its process starts with the first call. */
export function createOptunaSampler(options: SamplerProcessOptions): Sampler & { close(): Promise<void> } {
  const samplers = openSamplerProcess(options);
  const call = (name: string, study: Study, more: object = {}) =>
    samplers.call({ call: name, study: wireStudy(study), ...more });
  return {
    ask: async (study, number) => (await call('ask', study, { number })) as TrainerParameters | null,
    report: async (study, { number, step, value }) => (await call('report', study, { number, step, value })) as boolean,
    tell: async (study, { number, result }) => {
      const values = result.kind === 'complete' ? result.values : null;
      await call('tell', study, { number, state: result.kind, values });
    },
    learn: async (study, known) => {
      await call('learn', study, { known });
    },
    importance: async (study) => (await call('importance', study)) as readonly ParameterImportance['shares'][],
    close: () => samplers.close(),
  };
}

/** The study, with the points of each dimension where the search is a grid. */
function wireStudy(study: Study): object {
  if (study.algorithm !== 'grid') return { ...study, grid: null };
  return { ...study, grid: Object.fromEntries(study.dimensions.map((one) => [one.name, gridValues(one)])) };
}

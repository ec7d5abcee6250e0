import { makeEnvironment } from './trainer.mjs';

const sampler = 'infra/sampler';

/** The Python environment of the sampler, which sweeps ask. `LAUREL_SAMPLER_PYTHON` goes before. */
export function findSampler(say) {
  const given = process.env.LAUREL_SAMPLER_PYTHON;
  if (given) return { path: given, from: 'from LAUREL_SAMPLER_PYTHON' };
  return makeEnvironment(say, {
    name: 'sampler',
    project: sampler,
    sync: ['sync', '--frozen', '--no-dev', '--project', sampler],
    proof: 'import laurel_sampler.calls',
    news: 'uv sync (about 15 seconds, once)',
  });
}

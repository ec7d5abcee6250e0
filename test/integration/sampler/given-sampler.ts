import { randomBytes } from 'node:crypto';
import { findToolchain } from '@laurel/dev';
import type { Dimension, Study } from '@laurel/domain';
import { createOptunaSampler } from '@laurel/optuna';

/** Interpreter of the sampler, as set-up made it. */
export function samplerPython(): string {
  const { samplerPython: python } = findToolchain();
  if (python === null) throw new Error('there is no Python for the sampler; run npm run setup');
  return python;
}

/** A sampler as one worker process has it; `warned` are its warnings. */
export function openSampler(databaseUrl: string) {
  const warned: string[] = [];
  const log = { warn: (_: object, message: string) => void warned.push(message) };
  return { ...createOptunaSampler({ python: samplerPython(), databaseUrl, log }), warned };
}

export const rate: Dimension = { name: 'rate', kind: 'float', min: 0.001, max: 1, log: true, step: null };
export const depth: Dimension = { name: 'depth', kind: 'integer', min: 1, max: 10, log: false, step: null };
export const booster: Dimension = { name: 'booster', kind: 'choice', values: ['tree', 'linear'] };

export function aStudy(change: Partial<Study> = {}): Study {
  return {
    name: randomBytes(16).toString('hex'),
    algorithm: 'tpe',
    seed: 7,
    trials: 40,
    parallel: 1,
    dimensions: [booster, depth, rate],
    goals: ['maximize'],
    pruner: null,
    ...change,
  };
}

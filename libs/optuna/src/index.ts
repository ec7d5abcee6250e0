export { createOptunaSampler, type OptunaOptions } from './optuna-sampler.js';

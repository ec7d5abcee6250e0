export { createOptunaSampler } from './optuna-sampler.js';

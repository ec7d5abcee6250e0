export { Breaker, type BreakerSnapshot, type BreakerState, type Permit } from './breaker.js';
export { type BreakerOutcome, type BreakerPolicy, defaultBreakerPolicy } from './breaker-policy.js';
export {
  type ImportedEndpoint,
  type InferenceServiceManifest,
  importInferenceService,
} from './import-inference-service.js';

export { type ExplainChunk, explainChunks } from './chunks.js';
export type { Explanation } from './explanation.js';
export { ExplanationSums } from './explanation-sums.js';
export { type ExplainInput, type ExplainPlan, planExplanation } from './plan.js';

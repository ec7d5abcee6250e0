export { endpoint } from './endpoint.workflow.js';
export { modelLifecycle } from './model-lifecycle.workflow.js';
export { promoteModel } from './promote-model.workflow.js';
export { registerModel } from './register-model.workflow.js';
export { scheduledCheck } from './scheduled-check.workflow.js';
export { sweepModel } from './sweep.workflow.js';
export { trainModel } from './train-model.workflow.js';
export { trial } from './trial.workflow.js';

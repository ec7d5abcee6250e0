import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

/** Bundles the workflows for Temporal's sandbox; takes about a second. */
export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const { resolve } = createRequire(import.meta.url);
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(import.meta.resolve('@laurel/workflows')),
    workflowInterceptorModules: [resolve('@laurel/workflows/interceptors')],
  });
}

// Bundles the workflows from source into the file named by the first argument. A process of its own, because webpack
// cannot be loaded lazily inside Jest's sandbox.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const source = (path) => fileURLToPath(new URL(`../../workflows/src/${path}`, import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: source('index.ts'),
  workflowInterceptorModules: [source('interceptors.ts')],
  webpackConfigHook: (config) => ({
    ...config,
    resolve: { ...config.resolve, conditionNames: ['@laurel/source', '...'] },
  }),
  logger: new DefaultLogger('WARN'),
});
await writeFile(process.argv[2], code);

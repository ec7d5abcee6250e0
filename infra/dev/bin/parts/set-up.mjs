import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './compile.mjs';
import { findKubernetes } from './kubernetes.mjs';
import { findNode, pathWith } from './node.mjs';
import { installPackages } from './packages.mjs';
import { checkoutCache, root } from './places.mjs';
import { createProgress } from './progress.mjs';
import { findSampler } from './sampler.mjs';
import { findTemporal } from './temporal.mjs';
import { findTorchTrainer, findTrainer } from './trainer.mjs';
import { findVersitygw } from './versitygw.mjs';

/** Everything that `laurel up` needs; a task may need less, and the tests two servers more. */
export const wholeStack = ['compile', 'python', 'sampler', 'temporal'];

const steps = {
  python: { title: 'Python', variable: 'LAUREL_PYTHON', find: findTrainer },
  torch: { title: 'PyTorch', variable: 'LAUREL_TORCH_PYTHON', find: findTorchTrainer },
  sampler: { title: 'Sampler', variable: 'LAUREL_SAMPLER_PYTHON', find: findSampler },
  temporal: { title: 'Temporal', variable: 'LAUREL_TEMPORAL_BIN', find: findTemporal },
  kubernetes: { title: 'Kubernetes', variable: 'LAUREL_KUBERNETES_BIN', find: findKubernetes },
  s3: { title: 'S3 server', variable: 'LAUREL_VERSITYGW_BIN', find: findVersitygw },
};

/**
 * Makes this checkout ready for a task with `needs` and returns the variables the task runs with: PATH with Node 24 first,
 * and the tools' paths, which also go into a record for processes that are started in another way.
 */
export async function setUp(needs) {
  const named = Object.entries(steps).filter(([need]) => needs.includes(need));
  const progress = createProgress(2 + named.length + (needs.includes('compile') ? 1 : 0));
  const variables = {};
  await progress.step('Packages', installPackages);
  let node;
  await progress.step('Node.js', async () => {
    node = await findNode();
    variables.PATH = pathWith(node.path);
    return node.version;
  });
  for (const [, { title, variable, find }] of named) {
    await progress.step(title, async (say) => {
      const found = await find(say, node.path);
      if (found.path) variables[variable] = found.path;
      return found.from;
    });
  }
  record(variables);
  if (needs.includes('compile')) await progress.step('Sources', () => compile(node.path));
  return { node: node.path, variables };
}

/** Merges the tools' paths into the record of this checkout, `toolchain.json`. */
function record({ PATH: _path, ...tools }) {
  const file = join(checkoutCache, 'toolchain.json');
  mkdirSync(checkoutCache, { recursive: true });
  const text = JSON.stringify({ root, ...readRecord(file), ...tools }, null, 2);
  writeFileSync(`${file}.${process.pid}`, `${text}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

function readRecord(file) {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
    return Object.fromEntries(entries.filter(([, path]) => !String(path).startsWith('/') || existsSync(path)));
  } catch {
    return {};
  }
}

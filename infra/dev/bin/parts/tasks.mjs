import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loudly } from './commands.mjs';
import { compile } from './compile.mjs';
import { checkoutCache, root } from './places.mjs';
import { wholeStack } from './set-up.mjs';

const inPackages = (...parts) => join(root, 'node_modules', ...parts);
const tsc = inPackages('typescript-7', 'bin', 'tsc');
const biome = inPackages('.bin', 'biome');
const rooms = ['libs', 'workflows', 'activities', 'apps', 'infra/dev'];

/** Jest in ES module mode; the warning that this mode is experimental is said once, here. */
const jest = (...args) => [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  inPackages('jest', 'bin', 'jest.js'),
  '-c',
  'test/jest.config.mjs',
  ...args,
];

const node = (args) => (ground, more) => loudly(ground.node, [...args, ...more], { env: ground.variables });
const withModules = { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' };

/** Runs Jest, and prints its count of tests as the very last line. */
const jestOn = (args) => async (ground, more) => {
  const file = join(checkoutCache, `closing-line-${process.pid}`);
  const env = { ...withModules, ...ground.variables, LAUREL_CLOSING_LINE_FILE: file };
  const code = await loudly(ground.node, [...jest(...args), ...more], { env });
  if (existsSync(file)) process.stdout.write(`\n${readFileSync(file, 'utf8')}\n`);
  rmSync(file, { force: true });
  return code;
};

/** Runs a program of the test folder, compiled first. */
const testProgram = (path) => async (ground, more) => {
  await compile(ground.node, ['test']);
  return loudly(ground.node, ['--enable-source-maps', path, ...more], { env: ground.variables });
};

/** Whether a GPU of NVIDIA answers here. */
const hasGpu = () => spawnSync('nvidia-smi', ['--list-gpus'], { encoding: 'utf8' }).stdout?.includes('GPU') ?? false;

/** Without a GPU there is nothing to install PyTorch for. */
const testGpu = async (ground, more) => {
  if (hasGpu())
    return loudly(ground.variables.LAUREL_TORCH_PYTHON, ['infra/trainer/gpu/main.py', ...more], {
      env: ground.variables,
    });
  process.stdout.write('not run: no GPU\n');
  return 0;
};

/** What `npm run check` asks, in the order of how fast it answers. */
const questions = [
  { name: 'format', program: biome, args: ['check', '.'] },
  { name: 'types', args: [tsc, '-b'] },
  { name: 'lint', program: inPackages('.bin', 'oxlint'), args: ['--type-aware'] },
  { name: 'imports', args: [inPackages('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), ...rooms] },
  { name: 'dead code', args: [inPackages('knip', 'bin', 'knip.js')] },
  { name: 'unit and architecture tests', args: jest('--selectProjects', 'unit', 'architecture') },
];

async function check(ground) {
  const failed = [];
  for (const { name, program, args } of questions) {
    process.stderr.write(`\n== ${name}\n`);
    const code = await loudly(program ?? ground.node, args, { env: { ...withModules, ...ground.variables } });
    if (code !== 0) failed.push(name);
  }
  process.stderr.write(failed.length === 0 ? '\ncheck: clean\n' : `\ncheck: not clean: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** The npm scripts: what each needs from set-up, and what it runs. */
export const tasks = {
  setup: { needs: wholeStack, run: async () => 0 },
  build: { needs: ['compile'], run: node([tsc, '-b']) },
  check: { needs: ['compile'], run: check },
  format: {
    needs: [],
    run: (ground, more) =>
      loudly(biome, ['check', '--write', ...(more.length > 0 ? more : ['.'])], { env: ground.variables }),
  },
  test: { needs: [...wholeStack, 's3', 'kubernetes'], run: jestOn([]) },
  'test:unit': { needs: ['compile'], run: jestOn(['--selectProjects', 'unit', 'architecture']) },
  'test:workflow': { needs: wholeStack, run: jestOn(['--selectProjects', 'workflow']) },
  'test:chaos': { needs: wholeStack, run: testProgram('build/test/chaos/main.js') },
  demo: { needs: wholeStack, run: node(['apps/cli/bin/laurel.mjs', 'demo']) },
  'docs:rings': { needs: [], run: node(['test/architecture/rings-picture.mjs', '--write']) },
  'test:serving': { needs: wholeStack, run: testProgram('build/test/chaos/serving/main.js') },
  'test:serving:log': { needs: wholeStack, run: testProgram('build/test/chaos/serving-log/main.js') },
  'test:training': { needs: [...wholeStack, 'torch', 'kubernetes'], run: testProgram('build/test/training/main.js') },
  'test:sweeps': { needs: wholeStack, run: testProgram('build/test/training/sweep/main.js') },
  'test:ci': {
    needs: [...wholeStack, 'torch'],
    run: jestOn(['--selectProjects', 'e2e', '--testPathPatterns', 'laurel-ci']),
  },
  'test:gpu': { needs: hasGpu() ? ['torch'] : [], run: testGpu },
  'test:clients': { needs: wholeStack, run: testProgram('build/test/clients/main.js') },
  'test:mlflow': { needs: wholeStack, run: testProgram('build/test/mlflow/main.js') },
  'test:dvc': { needs: [...wholeStack, 's3'], run: testProgram('build/test/dvc/main.js') },
  'test:statistics': { needs: ['compile', 'python'], run: testProgram('build/test/statistics/main.js') },
  'test:fuzz': { needs: ['compile'], run: testProgram('build/test/fuzz/main.js') },
  bench: { needs: wholeStack, run: testProgram('build/test/bench/main.js') },
  'bench:training': { needs: [...wholeStack, 'torch'], run: testProgram('build/test/bench/training/main.js') },
  'bench:serving': { needs: wholeStack, run: testProgram('build/test/bench/serving/main.js') },
  'bench:tracking': { needs: wholeStack, run: testProgram('build/test/bench/tracking/main.js') },
  'bench:audit': { needs: ['compile'], run: testProgram('build/test/bench/audit/main.js') },
  'bench:statistics': { needs: ['compile'], run: testProgram('build/test/bench/statistics/main.js') },
};

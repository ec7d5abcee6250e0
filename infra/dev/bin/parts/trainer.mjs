import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly, SetUpError } from './commands.mjs';
import { exclusively } from './exclusively.mjs';
import { cache, checkoutId, contentsOf, hashOf } from './places.mjs';
import { atLeast } from './versions.mjs';

const uvVersion = '0.13.9';
const trainer = 'infra/trainer';
const syncArguments = ['sync', '--frozen', '--project', trainer, '--extra', 'xgboost'];
const interpreters = ['python3', 'python3.12', 'python3.11'];
const remedy = 'install Python 3.11 or 3.12 (https://www.python.org/downloads, or your package manager)';

/**
 * The Python environment of the trainers, without PyTorch. Returns the interpreter's path; `LAUREL_PYTHON` goes before.
 */
export function findTrainer(say) {
  const given = process.env.LAUREL_PYTHON;
  if (given) return { path: given, from: 'from LAUREL_PYTHON' };
  return makeEnvironment(say, {
    name: 'trainer',
    sync: syncArguments,
    proof: 'import laurel_trainer',
    news: 'uv sync (about 30 seconds, once)',
  });
}

/**
 * The same with PyTorch, for the programs that train on several ranks or a GPU: 6 GB, which the folders of several
 * checkouts share with uv's cache by hard links. `LAUREL_TORCH_PYTHON` goes before.
 */
export function findTorchTrainer(say) {
  const given = process.env.LAUREL_TORCH_PYTHON;
  if (given) return { path: given, from: 'from LAUREL_TORCH_PYTHON' };
  return makeEnvironment(say, {
    name: 'trainer-torch',
    sync: [...syncArguments, '--extra', 'torch'],
    proof: 'import laurel_trainer.torch',
    news: 'uv sync with PyTorch (6 GB, several minutes, once)',
  });
}

/**
 * Makes an environment from the uv lock of a project: one folder per checkout, because the project's package is installed
 * from it by path, and per content of the lock.
 */
export async function makeEnvironment(say, { name, project = trainer, sync: wanted, proof, news }) {
  const key = hashOf([...wanted, ...contentsOf([`${project}/uv.lock`, `${project}/pyproject.toml`])]);
  const folder = join(cache, name, `${key}-${checkoutId}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, '.laurel-ready');
  const ready = { path: python, from: 'up to date' };
  if (existsSync(stamp) && existsSync(python)) return ready;
  return exclusively(`${name}-${checkoutId}`, say, async () => {
    if (existsSync(stamp) && existsSync(python)) return ready;
    say(news);
    const base = await findPython();
    await sync(await findUv(base, say), wanted, base, folder);
    await quietly(python, ['-c', proof]);
    writeFileSync(stamp, '');
    return { path: python, from: 'installed' };
  });
}

async function sync(uv, wanted, base, folder) {
  const python = base.fits ? ['--python', base.path] : ['--python', '3.12'];
  try {
    await quietly(uv, [...wanted, ...python], {
      env: { UV_PROJECT_ENVIRONMENT: folder, UV_PYTHON_DOWNLOADS: base.fits ? 'never' : 'automatic', VIRTUAL_ENV: '' },
    });
  } catch (error) {
    if (base.fits) throw error;
    throw new SetUpError(
      `the trainers need Python 3.11 or 3.12, this machine has ${base.version}, and uv could not fetch one; ${remedy}. ${error.message}`,
    );
  }
}

/** The first interpreter that the lock accepts; else any Python 3, with which uv can fetch one that fits. */
async function findPython() {
  let other = null;
  for (const command of interpreters) {
    const found = await describePython(command);
    if (found?.fits) return found;
    other ??= found;
  }
  if (!other) throw new SetUpError(`Python is missing; ${remedy}, then run this again.`);
  return other;
}

async function describePython(command) {
  try {
    const program =
      'import platform, sys; print(platform.python_implementation(), platform.python_version(), sys.executable)';
    const [kind, version, path] = (await quietly(command, ['-c', program])).trim().split(/ (.*?) (.*)/);
    return { path, version, fits: kind === 'CPython' && atLeast(version, '3.11') && !atLeast(version, '3.13') };
  } catch {
    return null;
  }
}

async function findUv(base, say) {
  const onPath = await quietly('uv', ['--version']).catch(() => '');
  if (atLeast(onPath, uvVersion)) return 'uv';
  const folder = join(cache, 'uv', uvVersion);
  const uv = join(folder, 'bin', 'uv');
  if (existsSync(join(folder, '.laurel-ready'))) return uv;
  return exclusively('uv', say, async () => {
    if (existsSync(join(folder, '.laurel-ready'))) return uv;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await makeVenv(base.path, folder);
    await quietly(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `uv==${uvVersion}`]);
    writeFileSync(join(folder, '.laurel-ready'), '');
    return uv;
  });
}

async function makeVenv(python, folder) {
  try {
    await quietly(python, ['-m', 'venv', folder]);
  } catch (error) {
    throw new SetUpError(
      `${python} cannot make a virtual environment; install its venv module (apt-get install python3-venv) or uv (https://docs.astral.sh/uv). ${error.message}`,
    );
  }
}

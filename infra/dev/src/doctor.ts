import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { defaultPorts } from '@laurel/contracts';
import { portHolder } from './ports/port-holder.js';
import { isFree, portVariables } from './ports/stack-ports.js';
import { findPostgres } from './postgres/binaries.js';
import { runCommand } from './processes/run-command.js';
import type { DoctorCheck, StackPorts } from './stack/shapes.js';
import { status } from './stack/status.js';
import { findToolchain, type Toolchain } from './toolchain.js';
import { isAtLeast } from './versions.js';

/** An installation with a trained model and its environment takes about this much. */
const neededGibibytes = 2;

export interface DoctorOptions {
  /** LAUREL_HOME to look at; `.laurel` below the working folder by default. */
  readonly home?: string;
  readonly ports?: Partial<StackPorts>;
}

/** Checks what Laurel needs of this machine; each line says what was found and, where something is missing, how to get it. */
export async function doctor(options: DoctorOptions = {}): Promise<readonly DoctorCheck[]> {
  const home = resolve(options.home ?? '.laurel');
  const toolchain = findToolchain();
  const checks = await Promise.all([
    program('git', { oldest: '2.0', parameters: ['--version'], remedy: 'Install git from your package manager.' }),
    program(process.execPath, {
      name: 'node',
      oldest: '24.9',
      parameters: ['--version'],
      remedy: 'Run npm run setup, which brings Node.js 24.',
    }),
    python(toolchain),
    sampler(toolchain),
    temporal(toolchain),
    ...(toolchain.temporal === null ? [go()] : []),
    postgres(),
    writable(home),
    disk(home),
    ports(home, { ...defaultPorts, ...options.ports }),
  ]);
  return checks;
}

interface Wanted {
  readonly name?: string;
  readonly oldest: string;
  readonly parameters: readonly string[];
  readonly remedy: string;
}

async function program(command: string, { name = command, oldest, parameters, remedy }: Wanted): Promise<DoctorCheck> {
  const said = await runCommand(command, parameters, { limitMilliseconds: 10_000 }).catch(() => undefined);
  if (said === undefined) return { name, ok: false, found: 'not found', remedy };
  const found = said.split('\n')[0] ?? '';
  if (isAtLeast(said, oldest)) return { name, ok: true, found, remedy: '' };
  return { name, ok: false, found: `${found}, older than ${oldest}`, remedy };
}

const go = () =>
  program('go', {
    oldest: '1.21',
    parameters: ['version'],
    remedy: 'Install Go 1.21 or newer (https://go.dev/dl), or the Temporal CLI itself.',
  });

async function temporal({ temporal: path }: Toolchain): Promise<DoctorCheck> {
  const remedy =
    'Run npm run setup, which finds, downloads or builds it; or install the Temporal CLI 1.4 or newer (https://docs.temporal.io/cli).';
  if (path === null) return { name: 'temporal', ok: false, found: 'not found', remedy };
  const check = await program(path, { name: 'temporal', oldest: '1.4', parameters: ['--version'], remedy });
  return check.ok ? { ...check, found: `${check.found} at ${path}` } : check;
}

async function python({ python: path }: Toolchain): Promise<DoctorCheck> {
  const name = 'python';
  const remedy = 'Install Python 3.11 or 3.12, then run npm run setup, which makes the environment of the trainers.';
  if (path === null) return { name, ok: false, found: 'no environment for trainers', remedy };
  try {
    const said = await runCommand(path, ['-c', 'import platform, laurel_trainer; print(platform.python_version())'], {
      limitMilliseconds: 30_000,
    });
    return { name, ok: true, found: `Python ${said} with laurel_trainer at ${path}`, remedy: '' };
  } catch {
    return { name, ok: false, found: `${path} cannot import laurel_trainer`, remedy };
  }
}

async function sampler({ samplerPython: path }: Toolchain): Promise<DoctorCheck> {
  const name = 'sampler';
  const remedy = 'Run npm run setup, which makes the environment that sweeps ask.';
  if (path === null) return { name, ok: false, found: 'no environment for sweeps', remedy };
  try {
    const said = await runCommand(path, ['-c', 'import optuna, laurel_sampler; print(optuna.__version__)'], {
      limitMilliseconds: 30_000,
    });
    return { name, ok: true, found: `Optuna ${said} at ${path}`, remedy: '' };
  } catch {
    return { name, ok: false, found: `${path} cannot import laurel_sampler`, remedy };
  }
}

async function postgres(): Promise<DoctorCheck> {
  const name = 'postgres';
  try {
    const { folder, version } = await findPostgres();
    return { name, ok: true, found: `Postgres ${version} at ${folder}`, remedy: '' };
  } catch (error) {
    return {
      name,
      ok: false,
      found: (error as Error).message,
      remedy: 'Run npm install in the clone, with optional dependencies.',
    };
  }
}

async function writable(home: string): Promise<DoctorCheck> {
  const name = 'LAUREL_HOME';
  try {
    await access(nearest(home), constants.W_OK);
    return { name, ok: true, found: home, remedy: '' };
  } catch {
    return {
      name,
      ok: false,
      found: `${home} cannot be written`,
      remedy: 'Set LAUREL_HOME to a folder that this user may write.',
    };
  }
}

/** The folder itself, or the nearest one above it that is there. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

async function disk(home: string): Promise<DoctorCheck> {
  const { bavail, bsize } = await statfs(nearest(home));
  const free = (bavail * bsize) / 2 ** 30;
  const ok = free >= neededGibibytes;
  const remedy = `Free ${neededGibibytes} GiB, or set LAUREL_HOME to a larger disk.`;
  return { name: 'disk', ok, found: `${free.toFixed(1)} GiB free`, remedy: ok ? '' : remedy };
}

async function ports(home: string, wanted: StackPorts): Promise<DoctorCheck> {
  const own = await status({ home });
  if (own.state !== 'down' && own.ports !== null)
    return { name: 'ports', ok: true, found: 'in use by the stack of this LAUREL_HOME', remedy: '' };
  const names = Object.keys(portVariables) as readonly (keyof StackPorts)[];
  const taken = (await Promise.all(names.map(async (name) => ({ name, free: await isFree(wanted[name]) })))).filter(
    ({ free }) => !free,
  );
  if (taken.length === 0)
    return { name: 'ports', ok: true, found: names.map((name) => wanted[name]).join(', ') + ' are free', remedy: '' };
  const found = taken
    .map(({ name }) => `${wanted[name]} (${name}) is held by ${portHolder(wanted[name]) ?? 'another process'}`)
    .join('; ');
  return {
    name: 'ports',
    ok: false,
    found,
    remedy: `Stop it, set ${taken.map(({ name }) => portVariables[name]).join(', ')}, or use laurel up --ports auto.`,
  };
}

import { access, constants, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute } from 'node:path';
import { LaurelError, trainerProtocol } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';

const pythonNames: readonly (string | undefined)[] = ['python', 'python3'];
const systemFolders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin'];

/** The command with `python` replaced by the configured interpreter. Error: `PythonMissing`. */
export async function resolveCommand(spec: JobSpec, python: string | null): Promise<readonly string[]> {
  const [program, ...parameters] = spec.command;
  if (program === undefined)
    throw new LaurelError('TrainerFailed', `spec.training.command of ${spec.project} is empty; name a program.`);
  await demandFolder(spec);
  if (!pythonNames.includes(program)) return spec.command;
  if (python === null) {
    throw new LaurelError(
      'PythonMissing',
      `${spec.project} trains with Python and none is configured; run laurel doctor.`,
    );
  }
  if (isAbsolute(python)) await demandProgram(python);
  return [python, ...parameters];
}

/**
 * The trainer's whole environment: what any program needs, and the protocol. Built from nothing, so that no secret of
 * the worker can be in it.
 */
export function trainerEnvironment(
  spec: JobSpec,
  job: {
    readonly python: string | null;
    readonly data: string;
    readonly output: string;
    readonly checkpoints: string;
    readonly resume: string | null;
    readonly fence: number;
  },
): Readonly<Record<string, string>> {
  const own = [
    ...(job.python !== null && isAbsolute(job.python) ? [dirname(job.python)] : []),
    dirname(process.execPath),
  ];
  return {
    PATH: [...own, ...systemFolders].join(delimiter),
    HOME: homedir(),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    ...threadLimits(spec.cpus ?? 1),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    LAUREL_PROTOCOL: trainerProtocol,
    LAUREL_RUN_ID: spec.runId,
    LAUREL_DATA_DIR: job.data,
    LAUREL_OUTPUT_DIR: job.output,
    LAUREL_CHECKPOINT_DIR: job.checkpoints,
    LAUREL_CHECKPOINT_EVERY: String(spec.checkpointEvery ?? 50),
    LAUREL_PARAMS: JSON.stringify(spec.parameters),
    LAUREL_SEED: String(spec.seed),
    LAUREL_RESUME: job.resume ?? '',
    LAUREL_FENCE: String(job.fence),
  };
}

/** Without them every trainer takes all cores, and trainers side by side spin on each other's locks. */
function threadLimits(cpus: number): Readonly<Record<string, string>> {
  const threads = String(Math.max(1, Math.floor(cpus)));
  return { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads };
}

async function demandFolder(spec: JobSpec): Promise<void> {
  const found = await stat(spec.workingDirectory).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new LaurelError(
    'TrainerFailed',
    `the folder ${spec.workingDirectory} of ${spec.project} is not there; apply the project file from where it lies now.`,
  );
}

async function demandProgram(python: string): Promise<void> {
  try {
    await access(python, constants.X_OK);
  } catch (cause) {
    throw new LaurelError('PythonMissing', `the configured Python ${python} cannot be run; run laurel doctor.`, {
      cause,
    });
  }
}

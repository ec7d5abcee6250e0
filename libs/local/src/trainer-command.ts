import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';

const pythonNames: readonly (string | undefined)[] = ['python', 'python3'];

/**
 * The command with `python` replaced by the configured interpreter; of several workers, under the launcher that runs one
 * rank each. Errors: `PythonMissing`, and `TrainerFailed` for a command or folder that cannot be.
 */
export async function resolveCommand(spec: JobSpec, python: string | null): Promise<readonly string[]> {
  const [program, ...parameters] = spec.command;
  if (program === undefined)
    throw new LaurelError('TrainerFailed', `spec.training.command of ${spec.project} is empty; name a program.`);
  await demandFolder(spec);
  const isPython = pythonNames.includes(program);
  if (!isPython && spec.workers === 1) return spec.command;
  const interpreter = await demandPython(spec, python);
  const command = isPython ? [interpreter, ...parameters] : spec.command;
  if (spec.workers === 1) return command;
  return [interpreter, '-m', 'laurel_trainer.launch', '-n', String(spec.workers), '--', ...command];
}

async function demandFolder(spec: JobSpec): Promise<void> {
  const found = await stat(spec.workingDirectory).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new LaurelError(
    'TrainerFailed',
    `the folder ${spec.workingDirectory} of ${spec.project} is not there; apply the project file from where it lies now.`,
  );
}

async function demandPython(spec: JobSpec, python: string | null): Promise<string> {
  if (python === null) {
    throw new LaurelError(
      'PythonMissing',
      `${spec.project} trains with Python and none is configured; run laurel doctor.`,
    );
  }
  if (!isAbsolute(python)) return python;
  try {
    await access(python, constants.X_OK);
  } catch (cause) {
    throw new LaurelError('PythonMissing', `the configured Python ${python} cannot be run; run laurel doctor.`, {
      cause,
    });
  }
  return python;
}

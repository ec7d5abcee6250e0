import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLaurelError } from '@laurel/contracts';

/**
 * Runs a program of the test folder, `name` in messages, with the arguments of this process; what `main` gives is the exit
 * code. A refusal is told in its one sentence; any other error is a bug and ends the process with its stack.
 */
export async function runProgram(name: string, main: (args: readonly string[]) => Promise<number>): Promise<void> {
  // Servers that are up end in the handlers of `exit`.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    process.stdout.write(`${name}: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Hands `work` a folder that goes when it ends; Postgres, which may run as another user, can enter it. */
export async function inWorkshop<Result>(name: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const workshop = await mkdtemp(join(tmpdir(), `laurel-${name}-`));
  await chmod(workshop, 0o711);
  try {
    return await work(workshop);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';

/** Identity a process runs under; none means this process's own. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface CommandOptions {
  readonly user?: SystemUser | undefined;
  readonly workingDirectory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly limitMilliseconds?: number;
}

/** Runs a program to its end and returns what it printed. Error: an `Error` with its last lines. */
export function runCommand(
  program: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.workingDirectory ?? '/',
      env: options.environment ?? process.env,
      ...(options.limitMilliseconds === undefined
        ? {}
        : { timeout: options.limitMilliseconds, killSignal: 'SIGKILL' as const }),
      ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    });
    const printed: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const text = Buffer.concat(printed).toString('utf8').trim();
      if (code === 0) resolve(text);
      else
        reject(
          new Error(
            `${program} ended with ${code === null ? `signal ${String(signal)}` : `exit code ${code}`}: ${text.slice(-2_000)}`,
          ),
        );
    });
  });
}

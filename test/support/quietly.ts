import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const shownLines = 12;

/** Runs a program and gives what it printed. Error: the program with the last lines it said. */
export async function quietly(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  try {
    const { stdout } = await run(program, [...args], {
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    const said = stderr.trim().split('\n').slice(-shownLines).join('\n');
    throw new Error(`${[program, ...args].join(' ').slice(0, 300)} failed: ${said || message}`, { cause: error });
  }
}

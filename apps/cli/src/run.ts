import { type ErrorDetail, errorCodes, isLaurelError } from '@laurel/contracts';
import { CommanderError } from 'commander';
import type { Surroundings } from './context.js';
import { answered, CommandFailed, type ExitCode, exit, exitCodeOf } from './exit.js';
import { createProgram } from './program.js';

/** Runs one command line, without the program's own name; errors become a sentence and an exit code. */
export async function run(commandLine: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    await createProgram(surroundings).parseAsync([...commandLine], { from: 'user' });
    return exit.ok;
  } catch (error) {
    if (!(error instanceof CommanderError || error instanceof CommandFailed))
      surroundings.side.write(`${sentenceOf(error)}\n`);
    return exitCodeOf(error);
  }
}

/** What went wrong and what to do about it. */
function sentenceOf(error: unknown): string {
  if (!isLaurelError(error)) return `laurel: ${error instanceof Error ? error.message : String(error)}`;
  const details = error.details.length > 1 ? error.details : [];
  const list = details.map((detail) => `\n  ${detailText(detail)}`).join('');
  const remedy = error.options.cause === answered ? `\n${errorCodes[error.code].remedy}` : '';
  return `laurel: ${error.message}${list}${remedy}`;
}

/** Sentences about a project file name their place themselves. */
function detailText({ path, message }: ErrorDetail): string {
  return message.includes(path) || message.includes(', line ') ? message : `${path}: ${message}`;
}

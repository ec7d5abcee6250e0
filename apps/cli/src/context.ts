import type { Command } from 'commander';
import { ApiClient } from './client/api-client.js';
import { type CliConfig, readConfig } from './config.js';
import { type Format, Printer, type Sink } from './output/printer.js';

/** What the command is given by the process it runs in. */
export interface Surroundings {
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly out: Sink;
  readonly side: Sink;
}

/** What an action works with, after the options have been read. */
export interface Context {
  readonly config: CliConfig;
  readonly printer: Printer;
  readonly api: ApiClient;
  readonly cwd: string;
  readonly env: Surroundings['env'];
}

interface GlobalOptions {
  readonly output: Format;
  readonly home?: string;
}

/** The context of `command`, from its global options and its surroundings. */
function contextOf(command: Command, surroundings: Surroundings): Context {
  const { output, home } = command.optsWithGlobals<GlobalOptions>();
  const { env, cwd, out, side } = surroundings;
  const config = readConfig(env, { cwd, ...(home === undefined ? {} : { home }) });
  return {
    config,
    printer: new Printer(output, out, side),
    api: new ApiClient({ url: config.apiUrl, key: config.apiKey }),
    cwd,
    env,
  };
}

/** Adds commands to the program. */
export type AddCommands = (program: Command, surroundings: Surroundings) => void;

/** An action that gets the context first, then the command's own arguments. */
export function withContext<Arguments extends readonly unknown[]>(
  surroundings: Surroundings,
  action: (context: Context, ...values: Arguments) => Promise<void>,
): (...given: [...Arguments, Command]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    await action(contextOf(command, surroundings), ...(given.slice(0, -1) as unknown as Arguments));
  };
}

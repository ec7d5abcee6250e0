import { type ChildProcess, fork } from 'node:child_process';
import { LaurelError, type StandaloneFacts, type StandaloneMessage } from '@laurel/contracts';
import { servingProgram } from '../client/serving-program.js';
import { type AddCommands, type Context, withContext } from '../context.js';
import { standaloneText } from '../views/standalone.js';

interface ServeOptions {
  readonly model: readonly string[];
  readonly name?: string;
  readonly host?: string;
  readonly port?: string;
  readonly grpcPort?: string;
  readonly grpcStream?: string;
  readonly log?: string;
  readonly sla?: string;
  readonly maxBatch?: string;
  readonly watch?: boolean;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `serve`. What the options may be is checked by the process that they are for. */
export const addServeCommand: AddCommands = (program, surroundings) => {
  program
    .command('serve')
    .summary('serve an ONNX file')
    .description('Serve ONNX files without the rest of Laurel: no database, no Temporal, until Ctrl-C.')
    .option('--model <file>', 'an ONNX file, also as NAME=FILE; may be repeated', collected, [])
    .option('--name <name>', 'what the model is called (default: from the file)')
    .option('--host <address>', 'address to listen at (default: 127.0.0.1)')
    .option('--port <port>', 'port for HTTP; 0: any that is free (default: 8480)')
    .option('--grpc-port <port>', 'port for gRPC; 0: any that is free (default: 8481)')
    .option('--grpc-stream <kind>', 'messages of gRPC streams: triton or mlserver (default: triton)')
    .option('--log <folder>', 'keep every answer as Parquet in this folder')
    .option('--sla <time>', 'a slower run counts against the model, such as 50ms')
    .option('--max-batch <rows>', 'rows of several requests that share a run, 1 to 64 (default: 64)')
    .option('--watch', 'load a file again when it changes')
    .action(withContext(surroundings, serve));
};

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function argumentsOf(options: ServeOptions): readonly string[] {
  const pairs: readonly (readonly [option: string, value: string | undefined])[] = [
    ...options.model.map((file) => ['--model', file] as const),
    ['--name', options.name],
    ['--host', options.host],
    ['--port', options.port],
    ['--grpc-port', options.grpcPort],
    ['--grpc-stream', options.grpcStream],
    ['--log', options.log],
    ['--sla', options.sla],
    ['--max-batch', options.maxBatch],
  ];
  const given = pairs.flatMap(([option, value]) => (value === undefined ? [] : [`${option}=${value}`]));
  return options.watch === true ? [...given, '--watch'] : given;
}

/** Starts the process and stays with it to its end. Errors: those that it tells. */
async function serve({ cwd, printer }: Context, options: ServeOptions): Promise<void> {
  // In a process group of its own: Ctrl-C reaches it once, from here.
  const child = fork(servingProgram, argumentsOf(options), {
    cwd,
    detached: true,
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const stop = () => child.kill('SIGTERM');
  for (const signal of signals) process.on(signal, stop);
  try {
    await endOf(child, {
      serving: (facts) => printer.data(facts, () => standaloneText(facts)),
      note: (text) => printer.note(text),
    });
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

interface Heard {
  readonly serving: (facts: StandaloneFacts) => void;
  readonly note: (text: string) => void;
}

function endOf(child: ChildProcess, { serving, note }: Heard): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: LaurelError | undefined;
    child.on('message', (message: StandaloneMessage) => {
      if (message.laurel === 'serving') {
        const { laurel: _, ...facts } = message;
        serving(facts);
      } else if (message.laurel === 'reloaded')
        note(`${message.model.file} is served as version ${message.model.version}`);
      else if (message.laurel === 'notReloaded') note(`the former version goes on: ${message.message}`);
      else failure = new LaurelError(message.code, message.message);
    });
    child.once('error', (error) => {
      reject(
        new LaurelError('Internal', `${servingProgram} does not start: ${error.message}; run npm run build.`, {
          cause: error,
        }),
      );
    });
    child.once('exit', (code, signal) => {
      if (failure !== undefined) reject(failure);
      else if (code === 0) resolve();
      else
        reject(new LaurelError('Internal', `The serving process died (${signal ?? `exit code ${code}`}); see above.`));
    });
  });
}

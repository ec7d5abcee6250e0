import { environment } from '@laurel/contracts';
import {
  type DoctorCheck,
  doctor,
  down,
  type PortChoice,
  type ProcessStatus,
  type StackStatus,
  status,
  up,
} from '@laurel/dev';
import { InvalidArgumentError, Option } from 'commander';
import { type AddCommands, type Context, withContext } from '../context.js';
import { CommandFailed } from '../exit.js';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash } from '../output/text.js';

interface UpOptions {
  readonly detach?: boolean;
  readonly ports?: PortChoice;
}

/** `up`, `down`, `status` and `doctor`: the installation on this machine. */
export const addStackCommands: AddCommands = (program, surroundings) => {
  program
    .command('up')
    .summary('start everything on this machine')
    .description('Start Postgres, Temporal, the API, a worker and serving, and watch over them until Ctrl-C.')
    .option('--detach', 'return when all is healthy and go on in the background')
    .addOption(
      new Option('--ports <auto>', 'auto: where a default port is taken, use a free one').argParser(portChoice),
    )
    .action(withContext(surroundings, (context, options: UpOptions) => start(context, options)));

  program
    .command('down')
    .summary('stop everything on this machine')
    .description('Stop what laurel up started; nothing is lost.')
    .action(
      withContext(surroundings, async ({ config, printer }) => {
        await down({ home: config.home });
        printer.data({ home: config.home, state: 'down' }, () => 'Everything is stopped.');
      }),
    );

  program
    .command('status')
    .summary('show what runs')
    .description('Show the processes of the installation; fails when it is not running whole.')
    .action(
      withContext(surroundings, async ({ config, printer }) => {
        const state = await status({ home: config.home });
        printer.data(state, () => statusText(printer, state));
        if (state.state !== 'running') throw new CommandFailed();
      }),
    );

  program
    .command('doctor')
    .summary('check what this machine has')
    .description('Check what Laurel needs of this machine and say how to get what is missing.')
    .action(withContext(surroundings, ({ config, printer }) => examine(config.home, printer)));
};

async function start({ config, printer }: Context, { detach, ports }: UpOptions): Promise<void> {
  const stack = await up({
    home: config.home,
    detach: detach ?? false,
    ports: ports ?? config.ports,
    environment: config.objectStore === null ? {} : { [environment.objectStore]: config.objectStore },
    onProgress: ({ process, state, message }) => printer.note(`${process.padEnd(10)} ${state.padEnd(10)} ${message}`),
  });
  const { api, docs, serving, servingGrpc, temporalUi } = stack.urls;
  printer.data({ home: stack.home, urls: stack.urls }, () =>
    renderFields([
      ['API', api],
      ['Documentation', docs],
      ['Serving', serving],
      ['gRPC', servingGrpc],
      ['Temporal', temporalUi],
      ['State', stack.home],
      ['Stop', detach === true ? 'laurel down' : 'Ctrl-C'],
    ]),
  );
  if (detach === true) return;
  process.once('SIGINT', () => void stack.stop());
  process.once('SIGTERM', () => void stack.stop());
  await stack.stopped;
}

async function examine(home: string, printer: Printer): Promise<void> {
  const checks = await doctor({ home });
  printer.data(checks, () => checks.map((check) => checkText(printer, check)).join('\n'));
  if (checks.some(({ ok }) => !ok)) throw new CommandFailed();
}

/** What was found, and below it what to do where that does not suffice. */
function checkText(printer: Printer, { name, ok, found, remedy }: DoctorCheck): string {
  const mark = ok ? printer.tint('green', 'ok     ') : printer.tint('red', 'missing');
  const line = `${mark}  ${name.padEnd(12)} ${found}`;
  return ok || remedy === '' ? line : `${line}\n${' '.repeat(22)}${remedy}`;
}

function portChoice(text: string): PortChoice {
  if (text === 'auto') return 'auto';
  throw new InvalidArgumentError('The only choice is auto; single ports are set by LAUREL_API_PORT and its like.');
}

function statusText(printer: Printer, { state, home, urls, failure, processes }: StackStatus): string {
  const fields: [string, string][] = [
    ['State', state === 'running' ? printer.tint('green', state) : printer.tint('red', state)],
    ['Home', home],
  ];
  if (urls !== null)
    fields.push(
      ['API', urls.api],
      ['Serving', urls.serving],
      ['gRPC', urls.servingGrpc],
      ['Temporal', urls.temporalUi],
    );
  if (failure !== null) fields.push(['Reason', `${failure.code}: ${failure.message}`]);
  if (state === 'down') fields.push(['Start', 'laurel up']);
  const table = renderTable(
    ['process', 'state', 'pid', 'restarts', 'since', 'log'],
    processes.map((process) => processRow(printer, process)),
  );
  return processes.length === 0 ? renderFields(fields) : `${renderFields(fields)}\n\n${table}`;
}

function processRow(printer: Printer, process: ProcessStatus): readonly string[] {
  return [
    process.name,
    process.state === 'healthy' ? printer.tint('green', process.state) : printer.tint('red', process.state),
    process.pid === null ? dash : String(process.pid),
    String(process.restarts),
    agoText(process.since, Date.now()),
    process.log,
  ];
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { RunLogView } from '@laurel/contracts/schemas';
import { type AddCommands, withContext } from '../context.js';
import { isRunId } from '../input/run-id.js';

/** How much of the end of a process's log is read, in bytes. */
const tailBytes = 1_048_576;

/** `logs`. */
export const addLogsCommand: AddCommands = (program, surroundings) => {
  program
    .command('logs')
    .summary('show what a trainer or a process wrote')
    .description('Show the last lines that the trainer of a run, or a process of the installation, wrote.')
    .argument('<run|process>', 'a run id, or api, worker, serving, temporal, postgres')
    .option('-n, --lines <n>', 'how many lines', '200')
    .action(
      withContext(
        surroundings,
        async ({ api, config, printer }, subject: string, options: { readonly lines: string }) => {
          const lines = isRunId(subject)
            ? (await api.get<RunLogView>(`runs/${subject}/log`, { lines: options.lines })).lines
            : await processLog(join(config.home, 'logs'), { process: subject, lines: Number(options.lines) });
          if (printer.format === 'table') printer.lines(lines);
          else printer.data(lines, () => '');
        },
      ),
    );
};

async function processLog(
  folder: string,
  { process, lines }: { readonly process: string; readonly lines: number },
): Promise<readonly string[]> {
  if (!/^[a-z0-9-]+$/.test(process)) {
    throw new LaurelError('InvalidInput', `"${process}" is neither a run id nor the name of a process.`);
  }
  const path = join(folder, `${process}.log`);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new LaurelError('NotFound', `There is no log ${path}; see laurel status for the processes.`, {
      cause: error,
    });
  });
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
  } finally {
    await file.close();
  }
}

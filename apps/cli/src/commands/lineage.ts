import type { LineageView } from '@laurel/contracts/schemas';
import { type AddCommands, withContext } from '../context.js';
import { lineagePath, lineageText } from '../views/lineage.js';

/** `lineage`. */
export const addLineageCommand: AddCommands = (program, surroundings) => {
  program
    .command('lineage')
    .summary('draw where something comes from')
    .description('Draw where something comes from: data, code, parameters, environment, machine, evidence, approvals.')
    .argument('<subject>', 'a prediction id, a run id, MODEL/VERSION, or dataset:DATASET/VERSION')
    .action(
      withContext(surroundings, async ({ api, printer }, subject: string) => {
        const view = await api.get<LineageView>(lineagePath(subject));
        printer.data(view, () => lineageText(view));
      }),
    );
};

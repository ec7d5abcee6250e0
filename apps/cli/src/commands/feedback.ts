import { LaurelError } from '@laurel/contracts';
import type { FeedbackCounts } from '@laurel/contracts/schemas';
import { type AddCommands, withContext } from '../context.js';
import { readRows } from '../input/json-rows.js';

interface FeedbackOptions {
  readonly label?: string;
  readonly value?: string;
  readonly file?: string;
}

/** Labels the API takes at once. */
const labelsAtOnce = 1000;

/** `feedback`. */
export const addFeedbackCommand: AddCommands = (program, surroundings) => {
  program
    .command('feedback')
    .summary('tell the truth about predictions')
    .description('Tell what turned out to be true; rollouts and monitors learn from it.')
    .argument('[prediction-id]', 'the prediction')
    .option('--label <label>', 'the true class')
    .option('--value <number>', 'the true number')
    .option('--file <file>', 'JSON lines of {predictionId, label | value}, instead of one prediction')
    .action(
      withContext(surroundings, async ({ api, cwd, printer }, id: string | undefined, options: FeedbackOptions) => {
        const items = options.file === undefined ? [itemOf(id, options)] : await readRows(options.file, cwd);
        const counts = { accepted: 0, repeated: 0, contradicted: 0 };
        for (let at = 0; at < items.length; at += labelsAtOnce) {
          const added = await api.post<FeedbackCounts>('feedback', { items: items.slice(at, at + labelsAtOnce) });
          counts.accepted += added.accepted;
          counts.repeated += added.repeated;
          counts.contradicted += added.contradicted;
        }
        const { accepted, repeated, contradicted } = counts;
        printer.data(counts, () => `${accepted} accepted, ${repeated} repeated, ${contradicted} contradicted`);
      }),
    );
};

function itemOf(id: string | undefined, { label, value }: FeedbackOptions) {
  if (id === undefined || (label === undefined) === (value === undefined)) {
    throw new LaurelError('InvalidInput', 'Give a prediction id and either --label or --value, or --file.');
  }
  return { predictionId: id, ...(label === undefined ? { value: Number(value) } : { label }), source: 'cli' };
}

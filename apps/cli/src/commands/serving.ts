import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { FeedbackCounts } from '@laurel/contracts/schemas';
import type { Command } from 'commander';
import { type AddCommands, type Surroundings, withContext } from '../context.js';

interface PredictOptions {
  readonly row?: string;
  readonly rows?: string;
}

interface FeedbackOptions {
  readonly label?: string;
  readonly value?: string;
  readonly file?: string;
}

/** Rows sent at once when they come from a file. */
const rowsAtOnce = 64;
/** Labels the API takes at once. */
const labelsAtOnce = 1000;

/** `predict` and `feedback`. */
export const addServingCommands: AddCommands = (program, surroundings) => {
  addPredict(program, surroundings);
  addFeedback(program, surroundings);
};

function addPredict(program: Command, surroundings: Surroundings): void {
  program
    .command('predict')
    .summary('ask an endpoint')
    .description('Send raw rows to an endpoint, as an application would.')
    .argument('<endpoint>', 'which endpoint')
    .option('--row <json>', 'one row as a JSON object, column to value')
    .option('--rows <file>', 'rows as JSON lines')
    .action(
      withContext(surroundings, async ({ cwd, serving, printer }, endpoint: string, options: PredictOptions) => {
        const rows = await rowsOf(options, cwd);
        const answers: unknown[] = [];
        for (let at = 0; at < rows.length; at += rowsAtOnce) {
          const { answer, source } = await serving.predict(endpoint, rows.slice(at, at + rowsAtOnce));
          answers.push(answer);
          printer.note(`answered by version ${source.version ?? '?'} (${source.arm ?? 'unknown arm'})`);
        }
        const data = answers.length === 1 ? answers[0] : answers;
        printer.data(data, () => JSON.stringify(data, null, 2));
      }),
    );
}

function addFeedback(program: Command, surroundings: Surroundings): void {
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
        const items = options.file === undefined ? [itemOf(id, options)] : await readLines(resolve(cwd, options.file));
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
}

async function rowsOf({ row, rows }: PredictOptions, cwd: string): Promise<readonly unknown[]> {
  if ((row === undefined) === (rows === undefined)) {
    throw new LaurelError('InvalidInput', 'Give either --row JSON or --rows FILE.jsonl.');
  }
  return rows === undefined ? [objectOf(row ?? '', '--row')] : await readLines(resolve(cwd, rows));
}

async function readLines(path: string): Promise<readonly unknown[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LaurelError('NotFound', `There is no readable file ${path}.`, { cause: error });
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new LaurelError('InvalidInput', `${path} has no lines.`);
  return lines.map((line, index) => objectOf(line, `line ${index + 1} of ${path}`));
}

function objectOf(text: string, where: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below: text that is no JSON and JSON that is no object are mended alike.
  }
  throw new LaurelError('InvalidInput', `${where} is not a JSON object, such as {"tenure": 3}.`);
}

function itemOf(id: string | undefined, { label, value }: FeedbackOptions) {
  if (id === undefined || (label === undefined) === (value === undefined)) {
    throw new LaurelError('InvalidInput', 'Give a prediction id and either --label or --value, or --file.');
  }
  return { predictionId: id, ...(label === undefined ? { value: Number(value) } : { label }), source: 'cli' };
}

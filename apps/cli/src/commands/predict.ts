import { environment, LaurelError } from '@laurel/contracts';
import { Option } from 'commander';
import { type Answer, askServing, type ServingServer } from '../client/ask-serving.js';
import { type AddCommands, type Context, withContext } from '../context.js';
import { type JsonObject, readRows, rowsOf } from '../input/json-rows.js';
import { rowOfPairs } from '../input/row-of-pairs.js';
import { graphTable, predictionsTable } from '../views/answers.js';

interface PredictOptions {
  readonly json?: string;
  readonly file?: string;
  /** Former names of `--json` and `--file`. */
  readonly row?: string;
  readonly rows?: string;
  readonly url?: string;
  readonly stickyKey?: string;
}

/** Rows sent at once when they come from a file. */
const rowsAtOnce = 64;

/** `predict`. */
export const addPredictCommand: AddCommands = (program, surroundings) => {
  program
    .command('predict')
    .summary('ask an endpoint')
    .description('Send raw rows to an endpoint of Laurel, or to a model of laurel serve, as an application would.')
    .argument('<endpoint>', 'which endpoint or model')
    .argument('[column=value...]', 'one row; a value that is no JSON is text, numbers with commas are a list')
    .option('--json <json>', 'one row as a JSON object, or a list of rows')
    .option('--file <file>', 'rows as JSON lines or a JSON list; - reads standard input')
    .option('--url <url>', 'which server (default: LAUREL_SERVING_URL, else the running installation)')
    .option('--sticky-key <key>', 'who asks: the same version answers the same key during a rollout')
    .addOption(new Option('--row <json>').hideHelp())
    .addOption(new Option('--rows <file>').hideHelp())
    .action(
      withContext(surroundings, (context, endpoint: string, pairs: readonly string[], options: PredictOptions) =>
        predict(context, endpoint, { pairs, ...options }),
      ),
    );
};

type Given = PredictOptions & { readonly pairs: readonly string[] };

async function predict(context: Context, endpoint: string, given: Given): Promise<void> {
  const { cwd, printer } = context;
  const { stickyKey } = given;
  const server = serverOf(context, given.url);
  const rows = await givenRows(given, cwd);
  const answers: Answer[] = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const part = rows.slice(at, at + rowsAtOnce);
    const ask = { endpoint, rows: part, ...(stickyKey === undefined ? {} : { stickyKey }) };
    answers.push(await askServing(server, ask));
  }
  const bodies = answers.map(({ answer }) => answer);
  printer.data(bodies.length === 1 ? bodies[0] : bodies, () => tableOf(answers));
}

/** A server that is named by hand is not told the key that this installation left on the disk. */
function serverOf({ config, env }: Context, url: string | undefined): ServingServer {
  if (url === undefined) return { url: config.servingUrl, apiKey: config.apiKey };
  return { url: url.replace(/\/+$/, ''), apiKey: env[environment.apiKey] ?? null };
}

function tableOf(answers: readonly Answer[]): string {
  const predictions = answers.flatMap((one) => (one.kind === 'predictions' ? [one.answer] : []));
  if (predictions.length > 0) return predictionsTable(predictions);
  return graphTable(answers.flatMap((one) => (one.kind === 'graph' ? [one.answer] : [])));
}

async function givenRows({ pairs, ...options }: Given, cwd: string): Promise<readonly JsonObject[]> {
  const json = options.json ?? options.row;
  const file = options.file ?? options.rows;
  const ways = [pairs.length > 0, json !== undefined, file !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    throw new LaurelError(
      'InvalidInput',
      'Give one of: a row as column=value words, --json JSON, or --file FILE (- reads standard input).',
    );
  }
  if (json !== undefined) return rowsOf(json, '--json');
  return file === undefined ? [rowOfPairs(pairs)] : await readRows(file, cwd);
}

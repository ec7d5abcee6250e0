import { LaurelError } from '@laurel/contracts';
import { InvalidArgumentError, Option } from 'commander';
import { type AddCommands, type Context, withContext } from '../context.js';
import type { ResourceView } from '../views/resource-view.js';
import { resourceOf, resources } from '../views/resources.js';

const kinds = Object.keys(resources).join(', ');

/** `get` and `describe`. */
export const addReadCommands: AddCommands = (program, surroundings) => {
  program
    .command('get')
    .summary('list things, or show one in a line')
    .description('List what there is, newest first. Singular and plural mean the same.')
    .argument('<kind>', `one of ${kinds}`)
    .argument('[name]', 'only this one; or what the runs, versions, rollouts or datasets belong to')
    .addOption(new Option('--limit <n>', 'at most this many').argParser(positive).default(50))
    .action(
      withContext(
        surroundings,
        async (context, kind: string, name: string | undefined, { limit }: { limit: number }) => {
          const shown = await read(context, view(kind), { name, limit });
          if (Array.isArray(shown.data) && shown.data.length === 0) context.printer.note(`No ${kind} yet.`);
          context.printer.data(shown.data, shown.human);
        },
      ),
    );

  program
    .command('describe')
    .summary('show everything about one thing')
    .description('Show everything about one thing.')
    .argument('<kind>', `one of ${kinds}`)
    .argument('<name>', 'its name; versions are MODEL/VERSION, rollouts ENDPOINT/NUMBER, datasets DATASET/VERSION')
    .action(
      withContext(surroundings, async (context, kind: string, name: string) => {
        const shown = await view(kind).find(viewContext(context), name);
        context.printer.data(shown.data, shown.human);
      }),
    );
};

function view(kind: string): ResourceView {
  const found = resourceOf(kind);
  if (found !== undefined) return found;
  throw new LaurelError('InvalidInput', `There are no "${kind}"; choose one of ${kinds}.`);
}

/** A name of the kind's own form names one; any other names what the listed things belong to. */
function read(
  context: Context,
  resource: ResourceView,
  { name, limit }: { readonly name: string | undefined; readonly limit: number },
) {
  if (name !== undefined && resource.names(name)) return resource.find(viewContext(context), name);
  return resource.list(viewContext(context), { limit, ...(name === undefined ? {} : { of: name }) });
}

function viewContext({ api, printer }: Context) {
  return { api, printer, now: Date.now() };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

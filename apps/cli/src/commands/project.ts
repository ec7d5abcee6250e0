import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import { type AppliedProject, projectJsonSchema } from '@laurel/contracts/schemas';
import { createTableEngine } from '@laurel/duckdb';
import { type AddCommands, withContext } from '../context.js';
import { initProject } from '../init/index.js';

/** Trainers that init copies. */
const templates = fileURLToPath(new URL('../../../../infra/trainer/templates', import.meta.url));

interface InitOptions {
  readonly fromCsv: string;
  readonly target: string;
  readonly force?: boolean;
}

/** `init`, `apply` and `schema`. */
export const addProjectCommands: AddCommands = (program, surroundings) => {
  program
    .command('init')
    .summary('make a project from a CSV file')
    .description('Write a project folder that trains: laurel.yaml, a trainer and a copy of the data.')
    .argument('<name>', 'name of the project and of its folder')
    .requiredOption('--from-csv <file>', 'the data')
    .requiredOption('--target <column>', 'the column to predict')
    .option('--force', 'overwrite an existing folder')
    .action(
      withContext(surroundings, async ({ cwd, printer }, name: string, options: InitOptions) => {
        const made = await initProject({
          name,
          fromCsv: resolve(cwd, options.fromCsv),
          target: options.target,
          folder: cwd,
          templates,
          force: options.force ?? false,
          engine: createTableEngine({ threads: 2 }),
        });
        for (const decision of made.decisions) printer.note(decision);
        printer.data(made, () => `Made ${name}/. Next: laurel apply -f ${name}/laurel.yaml`);
      }),
    );

  program
    .command('apply')
    .summary('declare a model from its project file')
    .description('Store a project file; its schedules become what the file says. Applying it again changes nothing.')
    .requiredOption('-f, --file <file>', 'the project file, laurel.yaml')
    .action(
      withContext(surroundings, async ({ api, cwd, printer }, { file }: { readonly file: string }) => {
        const path = resolve(cwd, file);
        const text = await readProjectFile(path);
        const project = await api.post<AppliedProject>('projects', { text, folder: dirname(path) });
        for (const notice of project.notices) printer.note(notice);
        printer.data(project, () => `Project ${project.name} is applied. Next: laurel train ${project.name} --wait`);
      }),
    );

  program
    .command('schema')
    .summary('print the JSON Schema of the project file')
    .description(
      'Print the JSON Schema (2020-12) of laurel.yaml, for editors and other checks; needs no running stack.',
    )
    .action(
      withContext(surroundings, async ({ printer }) => {
        const schema = projectJsonSchema();
        printer.data(schema, () => JSON.stringify(schema, null, 2));
      }),
    );
};

async function readProjectFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new LaurelError('NotFound', `There is no readable file ${path}; name the project file with -f.`, {
      cause: error,
    });
  }
}

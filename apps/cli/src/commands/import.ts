import { basename, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { parseInferenceService } from '@laurel/contracts/schemas';
import { importInferenceService } from '@laurel/domain';
import { stringify } from 'yaml';
import { type AddCommands, withContext } from '../context.js';
import { readText } from '../input/text-file.js';

/** `import inferenceservice`. */
export const addImportCommands: AddCommands = (program, surroundings) => {
  const imports = program.command('import').summary('take over what another platform serves');
  imports
    .command('inferenceservice')
    .summary("make a project file from KServe's InferenceService")
    .description(
      'Print a project file for the endpoint of an InferenceService. Only ONNX is servable; what cannot be taken over is said on standard error.',
    )
    .requiredOption('-f, --file <file>', 'the manifest, YAML or JSON')
    .action(
      withContext(surroundings, async ({ cwd, printer }, { file }: { readonly file: string }) => {
        const path = resolve(cwd, file);
        const manifest = parseInferenceService(await readText(path), basename(path));
        const { name } = manifest.metadata;
        const imported = importInferenceService(manifest);
        if (!imported.ok) {
          throw new LaurelError('Unsupported', `InferenceService ${name}: ${imported.problems.join('; ')}.`);
        }
        const { project, modelUri, notes } = imported;
        for (const note of notes) printer.note(note);
        printer.note(
          `Its model is ${modelUri}; register it as the first version (docs/how-to/register-with-mlflow.md).`,
        );
        printer.data({ project, modelUri, notes }, () => stringify(project).trimEnd());
      }),
    );
};

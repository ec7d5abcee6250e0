import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { ReleaseNotesView, VersionComparisonView } from '@laurel/contracts/schemas';
import { Option } from 'commander';
import { type AddCommands, withContext } from '../context.js';
import { readText } from '../input/text-file.js';
import { registeredVersionName, versionName, versionPath } from '../input/version-name.js';
import { comparisonText } from '../views/comparison.js';
import { releaseNotesText } from '../views/release-notes.js';

/** `compare`, `card` and `release-notes`. */
export const addCardCommands: AddCommands = (program, surroundings) => {
  program
    .command('compare')
    .summary('compare two versions of a model')
    .description(
      'Compare two versions of a model: metrics with intervals, calibration, gates, what raised the SemVer number, parameters, data, environment, code.',
    )
    .argument('<from>', 'MODEL/VERSION, the version before')
    .argument('<to>', 'MODEL/VERSION, the version after')
    .action(
      withContext(surroundings, async ({ api, printer }, from: string, to: string) => {
        const [was, is] = [versionName(from), versionName(to)];
        if (was.model !== is.model) {
          throw new LaurelError('InvalidInput', `${from} and ${to} are versions of two models; name versions of one.`);
        }
        const query = { from: was.version, to: is.version };
        const comparison = await api.get<VersionComparisonView>(`models/${was.model}/comparison`, query);
        printer.data(comparison, () => comparisonText(comparison, printer));
      }),
    );

  program
    .command('card')
    .summary('write the model card of a version')
    .description(
      'Write the model card of a version: use, data, results by slice and group, limits, training, gates, rollouts, approvals, lineage, package.',
    )
    .argument('<version>', 'MODEL/VERSION')
    .addOption(new Option('--html <file>', 'write a self-contained page to this file').conflicts('markdown'))
    .option('--markdown', 'print Markdown (the default)')
    .action(
      withContext(surroundings, async ({ api, cwd, printer }, name: string, { html }: { readonly html?: string }) => {
        const path = `${versionPath(registeredVersionName(name))}/card`;
        if (html !== undefined) {
          const file = resolve(cwd, html);
          await written(file, await api.bytes(path, 'text/html'));
          printer.data({ file }, () => `The card of ${name} is in ${file}.`);
        } else if (printer.format === 'table') {
          const text = Buffer.from(await api.bytes(path, 'text/markdown')).toString('utf8');
          printer.lines(text.trimEnd().split('\n'));
        } else {
          printer.data(await api.get(path), () => '');
        }
      }),
    );

  program
    .command('release-notes')
    .summary('show or write what a version changed')
    .description(
      'Show what a version changed against the one before, as Laurel finds it and as people say it; or write it.',
    )
    .argument('<version>', 'MODEL/VERSION')
    .addOption(new Option('--set <text>', 'write this').conflicts('file'))
    .option('--file <file>', 'write the text of this file')
    .action(
      withContext(surroundings, async ({ api, cwd, printer }, name: string, options: NotesOptions) => {
        const path = `${versionPath(versionName(name))}/release-notes`;
        const text = options.file === undefined ? options.set : await readText(resolve(cwd, options.file));
        const notes =
          text === undefined ? await api.get<ReleaseNotesView>(path) : await api.put<ReleaseNotesView>(path, { text });
        printer.data(notes, () => releaseNotesText(notes));
      }),
    );
};

interface NotesOptions {
  readonly set?: string;
  readonly file?: string;
}

async function written(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw new LaurelError('InvalidInput', `${file} cannot be written; name a file in a folder that is there.`, {
      cause: error,
    });
  }
}

import { resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { DatasetDiff } from '@laurel/contracts/schemas';
import { pullTracked } from '@laurel/dvc';
import { openShare } from '@laurel/objectstore';
import { Option } from 'commander';
import { type AddCommands, type Context, withContext } from '../context.js';
import { exportDataset } from '../datasets/export-dataset.js';
import { versionOf, versionPair } from '../datasets/named-version.js';
import { diffText } from '../views/dataset-diff.js';

interface RemoteOptions {
  readonly remote?: string;
  readonly endpoint?: string;
}

interface ExportOptions extends RemoteOptions {
  readonly dvc: string;
  readonly as: 'file' | 'directory' | 'table';
  readonly name?: string;
}

interface ImportOptions extends RemoteOptions {
  readonly to?: string;
  readonly force?: boolean;
}

interface DiffOptions {
  /** `false` with `--no-key`. */
  readonly key?: string | false;
  readonly examples: string;
}

const remoteOption = () =>
  new Option('--remote <url>', 'folder or s3://bucket/prefix; otherwise the remote of the project of DVC');
const endpointOption = () => new Option('--endpoint <url>', 'address of a compatible of S3, with --remote');

/** `dataset`. */
export const addDatasetCommands: AddCommands = (program, surroundings) => {
  const datasets = program
    .command('dataset')
    .summary('compare dataset versions, exchange them with DVC')
    .description('Compare versions of a dataset, and exchange them with DVC. List them with laurel get datasets.');

  datasets
    .command('diff')
    .summary('show how two versions differ')
    .description('Show how two versions differ: rows by key, columns, statistics.')
    .argument('<from>', 'the earlier version, as in churn@1')
    .argument('<to>', 'the later version, as in churn@2')
    .option('--key <column>', 'column that identifies a row; otherwise the key of the project')
    .option('--no-key', 'compare whole rows')
    .option('--examples <n>', 'rows of each kind to show', '5')
    .action(
      withContext(surroundings, async ({ api, printer }, earlier: string, later: string, options: DiffOptions) => {
        const { key, examples } = options;
        const { dataset: name, from, to } = versionPair(earlier, later);
        const query = { from, to, examples, key: key === false ? '' : key };
        const diff = await api.get<DatasetDiff>(`datasets/${encodeURIComponent(name)}/diff`, query);
        printer.data(diff, () => diffText(diff));
      }),
    );

  datasets
    .command('export')
    .summary('hand a version over to DVC')
    .description('Put a version into a remote of DVC and write its .dvc file; dvc pull then brings it.')
    .argument('<dataset>', 'DATASET for the newest version, or DATASET@VERSION')
    .requiredOption('--dvc <folder>', 'folder that gets the .dvc file')
    .addOption(
      new Option(
        '--as <form>',
        'the file as it was read; a directory of it, schema.json and statistics.json; or Parquet',
      )
        .choices(['file', 'directory', 'table'])
        .default('file'),
    )
    .option('--name <name>', 'name of the file or directory; otherwise that of the dataset')
    .addOption(remoteOption())
    .addOption(endpointOption())
    .action(
      withContext(surroundings, async (context, text: string, options: ExportOptions) => {
        const version = await versionOf(context.api, text);
        const remote = remoteOf(context, options);
        const { as, name } = options;
        const folder = resolve(context.cwd, options.dvc);
        const exported = await exportDataset(context.api, version, {
          folder,
          as,
          ...remote,
          ...(name ? { name } : {}),
        });
        context.printer.data(
          exported,
          () => `Wrote ${exported.pointer}; ${exported.remote} holds the data. Next: dvc pull ${exported.pointer}`,
        );
      }),
    );

  datasets
    .command('import')
    .summary('bring what DVC tracks, and verify it')
    .description(
      'Bring a file or directory that DVC tracks, as dvc pull does; every object is checked against its digest.',
    )
    .argument('<path>', 'a .dvc file, or the path of what it tracks')
    .option('--to <path>', 'where to write it; otherwise where the .dvc file says')
    .option('--force', 'replace what is there already')
    .addOption(remoteOption())
    .addOption(endpointOption())
    .action(
      withContext(surroundings, async (context, path: string, options: ImportOptions) => {
        const to = options.to === undefined ? {} : { to: options.to };
        const request = {
          path,
          folder: context.cwd,
          force: options.force ?? false,
          ...to,
          ...remoteOf(context, options),
        };
        const pulled = await pullTracked(request, openShare);
        const what = pulled.files === 1 ? '1 file' : `${pulled.files} files`;
        context.printer.data(pulled, () => `Wrote ${pulled.path}: ${what}, md5 ${pulled.md5}, verified.`);
      }),
    );
};

function remoteOf({ cwd }: Context, { remote, endpoint }: RemoteOptions) {
  if (remote === undefined) {
    if (endpoint === undefined) return {};
    throw new LaurelError('InvalidInput', '--endpoint goes with --remote; name both.');
  }
  const url = remote.includes('://') ? remote : resolve(cwd, remote);
  return { remote: { url, ...(endpoint === undefined ? {} : { endpoint }) } };
}

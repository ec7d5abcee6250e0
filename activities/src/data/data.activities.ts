import { join } from 'node:path';
import { type DataActivities, type DatasetRef, LaurelError } from '@laurel/contracts';
import { type Anomaly, type DatasetVersion, findAnomalies, type ModelProject, type SplitPart } from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';
import { withScratch } from '../scratch.js';
import { explained, remember } from '../step-memory.js';
import { type SourceFile, withSource } from './source.js';

type Ports = Pick<ActivityPorts, 'datasets' | 'objects' | 'runs' | 'sources' | 'tables'>;

/** Snapshot, validation and split of a project's data. */
export function dataActivities(ports: Ports): DataActivities {
  return {
    snapshotData: (input) =>
      explained(ports.runs, input.runId, () =>
        withSource(ports, input, (file) => {
          const inputs = { digest: file.digest, format: input.model.spec.data.source.format };
          return remember(ports.runs, { name: 'snapshot', context: input, inputs }, () =>
            snapshot(ports, input.model, file),
          );
        }),
      ),
    validateData: async (input) => {
      const dataset = await findDataset(ports, input.dataset);
      const previous = await ports.datasets.previousGood(dataset.dataset, dataset.digest);
      const anomalies = inspect(input.model, dataset, previous);
      await ports.runs.update(input.runId, { step: 'validate', anomalies });
      refuse(anomalies);
      return anomalies;
    },
    splitData: (input) => {
      const inputs = {
        table: input.dataset.table,
        split: input.model.spec.data.split,
        target: input.model.spec.data.target.column,
      };
      return remember(ports.runs, { name: 'split', context: input, inputs }, () =>
        split(ports, input.model, input.dataset),
      );
    },
  };
}

async function snapshot(ports: Ports, model: ModelProject, file: SourceFile): Promise<DatasetRef> {
  const { format } = model.spec.data.source;
  return withScratch(async (folder) => {
    const parquet = join(folder, 'table.parquet');
    const { rows } = await ports.tables.importTable({ format, path: file.path }, parquet);
    const { schema, statistics } = await ports.tables.describe(parquet);
    const original = await ports.objects.putFile(file.path);
    if (original.digest !== file.digest) {
      throw new LaurelError(
        'DataUnreadable',
        `the data source ${file.name} changed while it was read; train again when it is complete.`,
      );
    }
    const { digest: table } = await ports.objects.putFile(parquet);
    const dataset = model.metadata.name;
    const stored = await ports.datasets.add({
      dataset,
      digest: file.digest,
      rows,
      source: file.name,
      content: { format, size: file.size, md5: file.md5 },
      schema,
      statistics,
      table,
    });
    return refOf(stored);
  });
}

function refOf({ dataset, version, digest, rows, table }: DatasetVersion): DatasetRef {
  return { dataset, version, digest, rows, table };
}

/** The stored dataset version behind a reference. */
export async function findDataset(ports: Pick<Ports, 'datasets'>, ref: DatasetRef): Promise<DatasetVersion> {
  const found = await ports.datasets.find(ref.dataset, ref.version);
  if (found === undefined) {
    throw new LaurelError(
      'NotFound',
      `dataset ${ref.dataset} version ${ref.version} is gone; train again from the snapshot step.`,
    );
  }
  return found;
}

function inspect(
  model: ModelProject,
  dataset: DatasetVersion,
  previous: DatasetVersion | undefined,
): readonly Anomaly[] {
  const { data, task } = model.spec;
  return findAnomalies({
    schema: dataset.schema,
    statistics: dataset.statistics,
    rules: data.validation,
    target: data.target.column,
    positive: data.target.positive,
    ignore: [...data.exclude, ...(data.key === null ? [] : [data.key])],
    task,
    ...(previous === undefined ? {} : { previous: { schema: previous.schema, statistics: previous.statistics } }),
  });
}

function refuse(anomalies: readonly Anomaly[]): void {
  const errors = anomalies.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  if (first === undefined) return;
  const code = first.code === 'empty' ? 'DataEmpty' : errors.some(isSchema) ? 'DataSchemaMismatch' : 'DataAnomaly';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const details = errors.map(({ column, message }) => ({ path: column ?? 'rows', message }));
  throw new LaurelError(code, `${first.message}${more}`, { details });
}

function isSchema({ code }: Anomaly): boolean {
  return code === 'missingColumn' || code === 'missingTarget' || code === 'typeChanged';
}

async function split(ports: Ports, model: ModelProject, dataset: DatasetRef) {
  const { split: spec, target } = model.spec.data;
  const stratifyBy = spec.stratify && model.spec.task !== 'regression' ? target.column : null;
  return withScratch(async (folder) => {
    const table = join(folder, 'table.parquet');
    await ports.objects.getFile(dataset.table, table);
    const paths = {
      train: join(folder, 'train.parquet'),
      validation: join(folder, 'validation.parquet'),
      holdout: join(folder, 'holdout.parquet'),
    };
    const rows = await ports.tables.split(table, { ...spec, target: target.column, stratifyBy }, paths);
    const store = async (name: keyof typeof paths): Promise<SplitPart> => ({
      digest: (await ports.objects.putFile(paths[name])).digest,
      rows: rows[name],
    });
    return { train: await store('train'), validation: await store('validation'), holdout: await store('holdout') };
  });
}

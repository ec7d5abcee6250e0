import { createReadStream, type ReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { ContentQuery, DatasetDiff, DiffQuery } from '@laurel/contracts/schemas';
import { type DatasetVersion, diffTables } from '@laurel/domain';
import type { Datasets, ObjectStore, Projects } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import type { RowComparison } from '../ports.js';
import { tokens } from '../tokens.js';

/** Comparisons at a time: each may take a core and a gigabyte. */
const mostComparisons = 2;

/** Bytes of a dataset version, checked against their digest. */
export interface DatasetBytes {
  readonly stream: ReadStream;
  readonly size: number;
  /** Name of the file for people. */
  readonly name: string;
}

/** Content of dataset versions, and how versions differ. */
@Injectable()
export class DatasetsService {
  private comparing = 0;

  constructor(
    @Inject(tokens.datasets) private readonly datasets: Datasets,
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.objects) private readonly objects: ObjectStore,
    @Inject(tokens.tables) private readonly tables: RowComparison,
  ) {}

  /** Errors: `NotFound`. */
  async find(dataset: string, version: number): Promise<DatasetVersion> {
    return found(
      await this.datasets.find(dataset, version),
      `version ${version} of dataset "${dataset}"`,
      listThem.datasets,
    );
  }

  /** Errors: `NotFound`, `PackageTampered` before the first byte. */
  async content(dataset: string, version: number, { part }: ContentQuery): Promise<DatasetBytes> {
    const { digest, table, content } = await this.find(dataset, version);
    const folder = await mkdtemp(join(tmpdir(), 'laurel-content-'));
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'bytes');
      await this.objects.getFile(part === 'table' ? table : digest, path);
      const { size } = await stat(path);
      const stream = createReadStream(path);
      stream.once('close', () => void remove());
      const ending = part === 'table' ? 'parquet' : (content?.format ?? 'data');
      return { stream, size, name: `${dataset}-${version}.${ending}` };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /** Errors: `NotFound`, `InvalidInput` (the key is none), `Overloaded`. */
  async diff(dataset: string, query: DiffQuery): Promise<DatasetDiff> {
    const [from, to] = [await this.find(dataset, query.from), await this.find(dataset, query.to)];
    const key = query.key ?? (await this.projects.find(dataset))?.project.spec.data.key ?? '';
    const rows = await this.compareRows(from, to, { key: key === '' ? null : key, examples: query.examples });
    const { columns, statistics } = diffTables(from, to);
    // The copies take off the marks of readonly, which the shapes of answers do not have.
    return structuredClone({ dataset, from: from.version, to: to.version, rows, columns, statistics }) as DatasetDiff;
  }

  private async compareRows(
    from: DatasetVersion,
    to: DatasetVersion,
    how: { readonly key: string | null; readonly examples: number },
  ) {
    if (this.comparing >= mostComparisons) {
      throw new LaurelError('Overloaded', `${mostComparisons} comparisons of datasets are at work; ask again later.`);
    }
    this.comparing += 1;
    const folder = await mkdtemp(join(tmpdir(), 'laurel-diff-'));
    try {
      const paths = { from: join(folder, 'from.parquet'), to: join(folder, 'to.parquet') };
      await this.objects.getFile(from.table, paths.from);
      await this.objects.getFile(to.table, paths.to);
      return await this.tables.compare(paths.from, paths.to, how);
    } finally {
      this.comparing -= 1;
      await rm(folder, { recursive: true, force: true });
    }
  }
}

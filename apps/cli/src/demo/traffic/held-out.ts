import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelProject } from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import type { LabelledRow } from './labelled-row.js';

/** More rows than any holdout of the demo has. */
const limit = 100_000;

/** The rows that training never sees: the same seeded split as the platform makes, read again from the same file. */
export async function readHeldOut(
  engine: TableEngine,
  project: ModelProject,
  csv: string,
): Promise<readonly LabelledRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-demo-'));
  try {
    const at = (name: string) => join(folder, `${name}.parquet`);
    const { key, split, target } = project.spec.data;
    await engine.importTable({ format: 'csv', path: csv }, at('table'));
    await engine.split(
      at('table'),
      { ...split, target: target.column, stratifyBy: split.stratify ? target.column : null },
      { train: at('train'), validation: at('validation'), holdout: at('holdout') },
    );
    const rows = await engine.readRows(at('holdout'), { offset: 0, limit });
    return rows.map((cells, index) => {
      const { [target.column]: truth = null, ...rest } = cells;
      const id = key === null ? `H${index}` : String(rest[key]);
      const row = key === null ? rest : Object.fromEntries(Object.entries(rest).filter(([name]) => name !== key));
      return { key: id, row, truth: String(truth), origin: 'heldOut' };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

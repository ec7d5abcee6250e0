import { join } from 'node:path';
import { type EvaluateInput, type EvaluateOutput, LaurelError } from '@laurel/contracts';
import {
  type Cell,
  canonicalJson,
  type Digest,
  type EvaluationReport,
  type Prediction,
  type Row,
  reportOn,
} from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import { Context } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';
import { withScratch } from '../scratch.js';

export type EvaluatePorts = Pick<ActivityPorts, 'objects' | 'packages' | 'registry' | 'runner' | 'runs' | 'tables'>;

/** Bootstrap replicates of every interval. */
const replicates = 200;
/** Rows predicted between two heartbeats. */
const batchRows = 500;

/** Measures a package on the holdout through the code that serves, beside the present champion on the same rows. */
export async function evaluatePackage(
  ports: EvaluatePorts,
  input: EvaluateInput,
  champion: Digest | null,
): Promise<EvaluateOutput> {
  const table = await readHoldout(ports, input.parts.holdout.digest);
  const report = await measure(ports, input, { table, champion });
  const bytes = Buffer.from(canonicalJson(report));
  const { summary, gates, gatesPassed } = report;
  return { report: await ports.objects.put(bytes), summary, gates, gatesPassed };
}

function readHoldout(ports: EvaluatePorts, holdout: Digest): Promise<ColumnTable> {
  return withScratch(async (folder) => {
    const parquet = join(folder, 'holdout.parquet');
    await ports.objects.getFile(holdout, parquet);
    return ports.tables.readColumns(parquet);
  });
}

async function measure(
  ports: EvaluatePorts,
  input: EvaluateInput,
  { table, champion }: { readonly table: ColumnTable; readonly champion: Digest | null },
): Promise<EvaluationReport> {
  const { spec } = input.model;
  const { manifest } = await ports.packages.open(input.package);
  const rows = rowsOf(table);
  return reportOn({
    task: spec.task,
    classes: manifest.signature.classes,
    positive: spec.data.target.positive,
    rows: { truth: truthOf(table, spec.data.target.column), predictions: await predictAll(ports, input.package, rows) },
    columns: table.columns,
    slices: spec.evaluation.slices,
    sensitive: spec.data.sensitive,
    gates: spec.evaluation.gates,
    champion: champion === null ? null : { digest: champion, predictions: await predictAll(ports, champion, rows) },
    seed: spec.training.seed,
    replicates,
  });
}

async function predictAll(ports: EvaluatePorts, digest: Digest, rows: readonly Row[]): Promise<readonly Prediction[]> {
  const model = await ports.runner.load(await ports.packages.open(digest));
  try {
    const predictions: Prediction[] = [];
    for (let start = 0; start < rows.length; start += batchRows) {
      Context.current().cancellationSignal.throwIfAborted();
      predictions.push(...(await model.predict(rows.slice(start, start + batchRows))));
      heartbeat({ predicted: predictions.length, of: rows.length });
    }
    return predictions;
  } finally {
    await model.release();
  }
}

function rowsOf({ rows, columns }: ColumnTable): readonly Row[] {
  const names = Object.keys(columns);
  return Array.from({ length: rows }, (_, index) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[index] ?? null])),
  );
}

function truthOf({ columns }: ColumnTable, target: string): readonly (string | number | boolean)[] {
  const cells: readonly Cell[] | undefined = columns[target];
  if (cells === undefined)
    throw new LaurelError(
      'DataSchemaMismatch',
      `the holdout has no column "${target}"; train again from the snapshot step.`,
    );
  return cells.map((cell) => {
    if (cell === null)
      throw new LaurelError(
        'DataAnomaly',
        `the holdout has rows without "${target}"; train again from the split step.`,
      );
    return cell;
  });
}

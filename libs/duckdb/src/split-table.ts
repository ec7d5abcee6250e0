import { LaurelError } from '@laurel/contracts';
import type { SplitSpec } from '@laurel/domain';
import { normalised } from './column-types.js';
import { columnsOf } from './normalised-rows.js';
import type { Session } from './session.js';
import { identifier } from './sql-text.js';

export type SplitRequest = SplitSpec & { readonly target: string; readonly stratifyBy: string | null };
export interface SplitPaths {
  readonly train: string;
  readonly validation: string;
  readonly holdout: string;
}

/**
 * Divides the rows of a Parquet file. Within each class of `stratifyBy`, rows are ordered by the MD5 of seed and row
 * number; the first go to the holdout, the next to validation. Each class keeps its shares to within one row; a
 * class of three rows is in every part, a smaller one only in train. Parts keep the order of the file.
 */
export async function splitTable(
  session: Session,
  parquet: string,
  request: SplitRequest,
  paths: SplitPaths,
): Promise<{ readonly train: number; readonly validation: number; readonly holdout: number }> {
  const source = `read_parquet(${await session.source(parquet)}, file_row_number = true)`;
  const present = await columnsOf(session, `SELECT * FROM ${source}`);
  const valueOf = (column: string): string => {
    const found = present.find(({ name }) => name === column);
    if (found !== undefined) return normalised(found);
    throw new LaurelError('DataSchemaMismatch', `${parquet} has no column "${column}" to split by.`);
  };
  const target = valueOf(request.target);
  const stratum = request.stratifyBy === null ? "''" : `coalesce(CAST(${valueOf(request.stratifyBy)} AS VARCHAR), '')`;
  await session.connection.run(`CREATE TABLE parts AS ${partsQuery({ source, target, stratum, request })}`);
  const columns = present.map(({ name }) => name).filter((name) => name !== 'file_row_number');
  const list = columns.map((name) => `t.${identifier(name)}`).join(', ');
  const write = (part: string, path: string) =>
    session.writeParquet(
      `SELECT ${list} FROM ${source} t JOIN parts p ON p.row = t.file_row_number
       WHERE p.part = '${part}' ORDER BY t.file_row_number`,
      path,
    );
  return {
    train: await write('train', paths.train),
    validation: await write('validation', paths.validation),
    holdout: await write('holdout', paths.holdout),
  };
}

function partsQuery(input: {
  readonly source: string;
  readonly target: string;
  readonly stratum: string;
  readonly request: SplitRequest;
}): string {
  const { source, target, stratum, request } = input;
  const seed = Math.trunc(request.seed);
  return `
    WITH labelled AS (
      SELECT file_row_number AS row, ${stratum} AS stratum FROM ${source}
      WHERE ${target} IS NOT NULL
    ), ranked AS (
      SELECT row, count(*) OVER (PARTITION BY stratum) AS size,
        row_number() OVER (PARTITION BY stratum ORDER BY md5('${seed}:' || row), row) AS rank
      FROM labelled
    ), held AS (
      SELECT *, ${share(request.holdout, { most: `size - ${request.validation > 0 ? 2 : 1}`, wanted: heldRows(request) })} AS held
      FROM ranked
    ), cut AS (
      SELECT *, ${share(request.validation, { most: 'size - held - 1', wanted: rounded(request.validation) })} AS validated
      FROM held
    )
    SELECT row, CASE WHEN rank <= held THEN 'holdout' WHEN rank <= held + validated THEN 'validation' ELSE 'train' END AS part
    FROM cut`;
}

/** Rows of a class in a part: `wanted`, at most `most`, at least one where the class has three rows. */
function share(percent: number, { most, wanted }: { readonly most: string; readonly wanted: string }): string {
  return percent <= 0 ? '0' : `CASE WHEN size < 3 THEN 0 ELSE greatest(1, least(${most}, ${wanted})) END`;
}

/** Where both parts rounded would leave no row to train, the holdout goes without its fraction, so that validation need not. */
function heldRows({ holdout, validation }: Pick<SplitSpec, 'holdout' | 'validation'>): string {
  const crowded = `${rounded(holdout)} + ${rounded(validation)} >= size`;
  return `CASE WHEN ${crowded} THEN CAST(floor(size * ${holdout} / 100.0) AS BIGINT) ELSE ${rounded(holdout)} END`;
}

function rounded(percent: number): string {
  return `CAST(floor(size * ${percent} / 100.0 + 0.5) AS BIGINT)`;
}

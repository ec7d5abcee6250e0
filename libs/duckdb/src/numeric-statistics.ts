import type { ColumnStatistics } from '@laurel/domain';
import type { Session } from './session.js';

const quantiles = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** Above this, squares and sums leave the range of a double, so values are divided first. */
const large = 1e150;

/**
 * Statistics of the numbers `v` of `values`, or `undefined` where all are missing. Sample standard deviation (0 for
 * one value); quantiles interpolate linearly; the mean is a Kahan sum. Exact on one thread, whatever the engine's.
 */
export async function numericStatistics(session: Session, values: string): Promise<ColumnStatistics['numeric']> {
  const [extent = {}] = await session.rows(`SELECT min(v) AS low, max(v) AS high FROM ${values}`);
  if (extent['low'] === null) return undefined;
  const min = Number(extent['low']);
  const max = Number(extent['high']);
  const scale = Math.max(Math.abs(min), Math.abs(max)) > large ? Math.max(Math.abs(min), Math.abs(max)) : 1;
  const scaled = scale === 1 ? 'CAST(v AS DOUBLE)' : `CAST(v AS DOUBLE) / CAST('${scale}' AS DOUBLE)`;
  const [row = {}] = await session.rows(
    `SELECT favg(x) AS mean, coalesce(stddev_samp(x), 0) AS deviation, quantile_cont(x, [${quantiles.join(', ')}]) AS quantiles
     FROM (SELECT ${scaled} AS x FROM ${values} WHERE v IS NOT NULL)`,
  );
  const back = (value: unknown) => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, Number(value) * scale));
  return {
    min,
    max,
    mean: back(row['mean']),
    standardDeviation: back(row['deviation']),
    quantiles: (row['quantiles'] as readonly unknown[]).map(back),
  };
}

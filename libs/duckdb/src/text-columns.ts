import { LaurelError } from '@laurel/contracts';
import type { Session } from './session.js';
import { identifier } from './sql-text.js';

const whole = String.raw`[+-]?(0|[1-9][0-9]*)`;
const decimal = String.raw`[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?`;
const infinity = '[+-]?inf(inity)?';

/** How many values of a text column look like what. Blank values look like nothing. */
interface Looks {
  readonly present: number;
  readonly whole: number;
  /** Whole numbers that a JavaScript number holds exactly. */
  readonly safe: number;
  readonly decimal: number;
  readonly infinite: number;
  readonly logical: number;
}

/**
 * SQL expressions, by column, for `columns` of the text table `table` as the narrowest type that holds every value:
 * BIGINT, DOUBLE, BOOLEAN, else VARCHAR. All rows are looked at. Whole numbers with leading zeros and those beyond
 * ±(2^53−1) stay text, for they are identifiers; a blank value in a column of numbers is missing.
 * Errors: `DataUnreadable` for a column of numbers with infinity in it.
 */
export async function typedColumns(
  session: Session,
  input: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly names: readonly string[];
    readonly file: string;
  },
): Promise<readonly string[]> {
  const [row = {}] = await session.rows(`SELECT ${input.columns.flatMap(countsOf).join(', ')} FROM ${input.table}`);
  return input.columns.map((column, index) => {
    const looks = looksOf(row, column);
    if (looks.infinite > 0 && looks.decimal > 0 && looks.decimal + looks.infinite === looks.present) {
      throw infinite(input.file, input.names[index] ?? column);
    }
    return typed(looks, identifier(column));
  });
}

/** The error for a column of numbers that holds infinity. */
export function infinite(file: string, column: string): LaurelError {
  return new LaurelError(
    'DataUnreadable',
    `${file}: column "${column}" holds infinity; replace it by a number, or leave the cell empty.`,
  );
}

function countsOf(column: string): readonly string[] {
  const value = `trim(${identifier(column)})`;
  const counts: { readonly [Key in keyof Looks]: string } = {
    present: `${value} <> ''`,
    whole: `regexp_full_match(${value}, '${whole}')`,
    safe: `regexp_full_match(${value}, '${whole}') AND abs(TRY_CAST(${value} AS HUGEINT)) <= ${Number.MAX_SAFE_INTEGER}`,
    decimal: `regexp_full_match(${value}, '${decimal}') AND isfinite(TRY_CAST(${value} AS DOUBLE))`,
    infinite: `regexp_full_match(lower(${value}), '${infinity}')`,
    logical: `lower(${value}) IN ('true', 'false')`,
  };
  return Object.entries(counts).map(([key, test]) => `count(*) FILTER (${test}) AS ${identifier(`${column}.${key}`)}`);
}

function looksOf(row: Readonly<Record<string, unknown>>, column: string): Looks {
  const count = (key: keyof Looks) => Number(row[`${column}.${key}`]);
  return {
    present: count('present'),
    whole: count('whole'),
    safe: count('safe'),
    decimal: count('decimal'),
    infinite: count('infinite'),
    logical: count('logical'),
  };
}

function typed(looks: Looks, value: string): string {
  const { present } = looks;
  if (present === 0 || (looks.whole === present && looks.safe < present)) return value;
  if (looks.safe === present) return `TRY_CAST(trim(${value}) AS BIGINT)`;
  if (looks.decimal === present) return `TRY_CAST(trim(${value}) AS DOUBLE)`;
  if (looks.logical === present) return `TRY_CAST(trim(${value}) AS BOOLEAN)`;
  return value;
}

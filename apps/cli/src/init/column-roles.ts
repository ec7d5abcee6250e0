import type { ColumnSchema, ColumnStatistics } from '@laurel/domain';

/** A column of the data with what is known of it. */
export interface Column {
  readonly schema: ColumnSchema;
  readonly statistics: ColumnStatistics;
}

/** What a column other than the target is for; `because` says why it is no feature. */
export type ColumnRole =
  | { readonly kind: 'feature' }
  | { readonly kind: 'identifier'; readonly unique: boolean; readonly because: string }
  | { readonly kind: 'unusable'; readonly because: string };

const feature: ColumnRole = { kind: 'feature' };

/** `id`, `customer_id`, `customerId`, `ID`, `uuid`, `row number`, and the index pandas writes. */
const identifierName =
  /(^|[_\s.-])(id|ids|uuid|guid|key|index|rownum(ber)?|row[_\s]number)$|^(id|uuid|guid)[_\s.-]|[a-z0-9](Id|ID|Uuid|UUID)$|^unnamed: ?\d+$/i;

/** Share of rows with values of their own from which a column with an identifier's name counts as one. */
const identifierShare = 0.2;
/** The same for text under any name: a model learns nothing from a value it never meets again. */
const freeTextShare = 0.9;
/** Different texts above which, and above half the rows, a column is free text. */
const manyTexts = 100;

/** What `column` is for, in a table of `rows` rows. */
export function roleOf(column: Column, rows: number): ColumnRole {
  const { schema, statistics } = column;
  const present = rows - statistics.missing;
  if (present === 0) return { kind: 'unusable', because: 'has no value in any row' };
  if (statistics.distinct === 1 && statistics.missing === 0) {
    return { kind: 'unusable', because: 'has the same value in every row' };
  }
  if (schema.storage === 'timestamp') {
    return {
      kind: 'unusable',
      because: 'holds dates or times, which a model takes for mere text; derive features from it',
    };
  }
  if (schema.storage === 'float' || schema.storage === 'boolean') return feature;
  return identifierRole(column, present) ?? (schema.kind === 'categorical' ? textRole(statistics, present) : feature);
}

function identifierRole({ schema, statistics }: Column, present: number): ColumnRole | undefined {
  const { distinct, missing } = statistics;
  const unique = distinct === present && missing === 0;
  const because = unique
    ? 'looks like an identifier (all values differ)'
    : `looks like an identifier (${distinct} different values in ${present} rows)`;
  const named = identifierName.test(schema.name) && (distinct / present >= identifierShare || distinct > 1000);
  if (named || (unique && (isSequence(statistics) || schema.storage === 'string'))) {
    return { kind: 'identifier', unique, because };
  }
  return undefined;
}

/** Whole numbers that all differ and leave few gaps number the rows. */
function isSequence({ numeric, distinct }: ColumnStatistics): boolean {
  return numeric !== undefined && numeric.max - numeric.min + 1 <= distinct * 2;
}

function textRole({ distinct }: ColumnStatistics, present: number): ColumnRole {
  const free = distinct >= present * freeTextShare || (distinct > manyTexts && distinct > present / 2);
  return free
    ? { kind: 'unusable', because: `holds too many different texts to learn from (${distinct} in ${present} rows)` }
    : feature;
}

/** Names of columns that often hold what people must not be judged by. */
const sensitiveName =
  /(^|[_\s.-])(sex|gender|female|male|age|senior|senior_citizen|race|ethnic(ity)?|religion|nationality|disab(led|ility)|marital(_status)?)($|[_\s.-])/i;

/** Columns that might belong under `sensitive`: told by name, with few enough values to make groups. */
export function sensitiveCandidates(columns: readonly Column[]): readonly string[] {
  return columns
    .filter(({ schema, statistics }) => sensitiveName.test(schema.name) && statistics.distinct <= 10)
    .map(({ schema }) => schema.name);
}

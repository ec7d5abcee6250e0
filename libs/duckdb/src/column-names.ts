import { LaurelError } from '@laurel/contracts';

/** A name DuckDB gives to the position of a row in a Parquet file. */
const reserved = 'file_row_number';

/**
 * Refuses names that a table cannot have: empty ones, the same one twice (letter case does not count), a reserved one.
 * Errors: `DataUnreadable`.
 */
export function checkNames(names: readonly string[], file: string): void {
  const seen = new Map<string, string>();
  names.forEach((name, index) => {
    if (name.trim() === '') throw refused(file, `column ${index + 1} has no name; name every column`);
    const before = seen.get(name.toLowerCase());
    if (before === name) throw refused(file, `column "${name}" appears twice; rename one of them`);
    if (before !== undefined) throw refused(file, `columns "${before}" and "${name}" differ only in case; rename one`);
    if (name.toLowerCase() === reserved) throw refused(file, `column "${name}" has a reserved name; rename it`);
    seen.set(name.toLowerCase(), name);
  });
}

/** Refuses a CSV header that is a row of data: every name is a number. Errors: `DataUnreadable`. */
export function checkHeader(names: readonly string[], file: string): void {
  checkNames(names, `${file}, line 1`);
  if (names.every((name) => Number.isFinite(Number(name)))) {
    throw refused(
      `${file}, line 1`,
      `the header holds only numbers (${names.slice(0, 3).join(', ')}); put column names there`,
    );
  }
}

function refused(place: string, what: string): LaurelError {
  return new LaurelError('DataUnreadable', `${place}: ${what}.`);
}

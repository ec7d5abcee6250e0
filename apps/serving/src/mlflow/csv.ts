import { quoted, type Row } from '@laurel/domain';
import { refuse } from '../values/refuse.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Rows of a CSV file (RFC 4180) whose first line names the columns. All cells are texts, which the model's own checks turn
 * into numbers; an empty cell is missing, `""` an empty text. Errors: `InvalidInput` that names the line.
 */
export function readCsv(body: Uint8Array): readonly Row[] {
  const records = readRecords(decoded(body));
  const [header, ...rest] = records;
  if (header === undefined) return refuse('The CSV file is empty; its first line must name the columns.');
  const names = header.cells.map((name) => name ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`The CSV file names the column ${quoted(twice)} twice.`);
  return rest.map(({ cells, line }) => {
    if (cells.length === names.length)
      return Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', cell]));
    return refuse(
      `Line ${line} of the CSV file has ${cells.length} cells; the first line names ${names.length} columns.`,
    );
  });
}

function decoded(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    return refuse('The CSV file is not UTF-8.');
  }
}

interface CsvRecord {
  readonly cells: readonly (string | null)[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

function readRecords(text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: (string | null)[] = [];
  let line = 1;
  let begins = 1;
  let at = 0;
  while (at < text.length || cells.length > 0) {
    const cell = text[at] === '"' ? quotedCell(text, at, line) : plainCell(text, at, line);
    cells.push(cell.value);
    line += cell.lineEnds;
    at = cell.end;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    records.push({ cells, line: begins });
    cells = [];
    line += 1;
    begins = line;
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return records;
}

interface CsvCell {
  readonly value: string | null;
  /** Where the comma or line end behind it is, or the end of the text. */
  readonly end: number;
  readonly lineEnds: number;
}

function endsCell(character: string | undefined): boolean {
  return character === undefined || character === ',' || character === '\n' || character === '\r';
}

function plainCell(text: string, start: number, line: number): CsvCell {
  let end = start;
  while (!endsCell(text[end])) {
    if (text[end] === '"')
      refuse(`Line ${line} of the CSV file has a quote inside a cell that does not begin with one.`);
    end += 1;
  }
  return { value: text.slice(start, end) || null, end, lineEnds: 0 };
}

function quotedCell(text: string, start: number, line: number): CsvCell {
  let close = start;
  do {
    close = text.indexOf('"', close + 1);
    if (close < 0) return refuse(`Line ${line} of the CSV file opens a quote that is never closed.`);
    if (text[close + 1] !== '"') break;
    close += 1;
  } while (close < text.length);
  if (!endsCell(text[close + 1]))
    refuse(`Line ${line} of the CSV file has text behind a closing quote; double quotes inside a cell.`);
  const value = text.slice(start + 1, close).replaceAll('""', '"');
  return { value, end: close + 1, lineEnds: value.match(/\r\n|\n|\r/g)?.length ?? 0 };
}

import { LaurelError } from '@laurel/contracts';

/** What a well-formed CSV file holds. */
export interface CsvShape {
  readonly header: readonly string[];
  /** Records after the header. */
  readonly records: number;
}

/** Longest record that is read, in bytes: the default of DuckDB's reader. */
const longestRecord = 2_000_000;

const comma = 44;
const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
const endOfRecord = Buffer.from('\n');
const emptyRecord = Buffer.from('""\n');

type Place = 'start' | 'plain' | 'quoted' | 'closed' | 'return';

/**
 * Checks the bytes of a CSV file against RFC 4180, chunk by chunk: a header, the same number of fields in every record,
 * quotes that close, one kind of line ending. Empty lines are skipped where there are several columns. Gives back the
 * records without header, each ended by LF.
 */
export class CsvScan {
  private place: Place = 'start';
  private line = 1;
  private recordLine = 1;
  private quoteLine = 1;
  private fields = 1;
  private bytes = 0;
  private records = -1;
  private columns = 0;
  private crlf: boolean | undefined;
  private readonly header: Buffer[] = [];
  private pieces: Buffer[] = [];

  constructor(private readonly file: string) {}

  /** Takes the next bytes; gives the records in them. Errors: `DataUnreadable` naming file and line. */
  take(chunk: Buffer): readonly Buffer[] {
    this.pieces = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.place === 'return' && byte !== lineFeed) this.loneReturn();
      if (this.place === 'quoted') this.inside(byte);
      else if (byte === lineFeed || byte === carriageReturn) {
        this.keep(chunk.subarray(from, at));
        from = at + 1;
        if (byte === lineFeed) this.endLine();
        else this.place = 'return';
      } else this.outside(byte);
      if (byte === lineFeed) this.line += 1;
    }
    this.keep(chunk.subarray(from));
    return this.pieces;
  }

  /** Takes the end of the file; gives the rest and what was seen. Errors: `DataUnreadable`, `DataEmpty`. */
  end(): { readonly rest: readonly Buffer[]; readonly shape: CsvShape } {
    this.pieces = [];
    if (this.place === 'quoted') this.fail(this.quoteLine, 'a quotation mark opens here and never closes; close it');
    if (this.place === 'return') this.loneReturn();
    if (this.bytes > 0) this.endRecord();
    if (this.records < 0)
      throw new LaurelError('DataEmpty', `${this.file} is empty; a header line and rows are needed.`);
    const header = namesIn(Buffer.concat(this.header).toString('utf8'));
    return { rest: this.pieces, shape: { header, records: this.records } };
  }

  private inside(byte: number): void {
    this.grow();
    if (byte === quote) this.place = 'closed';
  }

  private outside(byte: number): void {
    if (this.bytes === 0) this.recordLine = this.line;
    this.grow();
    if (byte === comma) {
      this.fields += 1;
      this.place = 'start';
    } else if (byte === quote) this.openQuote();
    else if (this.place === 'closed')
      this.fail(this.line, 'text follows a closing quotation mark; double marks inside');
    else this.place = 'plain';
  }

  private openQuote(): void {
    if (this.place === 'plain') {
      this.fail(this.line, 'a quotation mark stands inside a field that is not quoted; quote the field and double it');
    }
    if (this.place === 'start') this.quoteLine = this.line;
    this.place = 'quoted';
  }

  private endLine(): void {
    const crlf = this.place === 'return';
    this.crlf ??= crlf;
    if (this.crlf !== crlf) {
      this.fail(this.line, 'the line ends unlike the first one (LF and CRLF are mixed); use one line ending');
    }
    if (this.bytes > 0) this.endRecord();
    else if (this.columns === 1) {
      this.pieces.push(emptyRecord);
      this.records += 1;
    }
    this.place = 'start';
  }

  private endRecord(): void {
    if (this.records < 0) this.columns = this.fields;
    else this.pieces.push(endOfRecord);
    if (this.fields !== this.columns) {
      const message = `expected ${this.columns} columns, found ${this.fields}; complete the row, or quote fields that hold commas`;
      this.fail(this.recordLine, message);
    }
    this.records += 1;
    this.fields = 1;
    this.bytes = 0;
  }

  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.records < 0) this.header.push(bytes);
    else this.pieces.push(bytes);
  }

  private grow(): void {
    this.bytes += 1;
    if (this.bytes > longestRecord) {
      this.fail(this.recordLine, `the row is longer than ${longestRecord} bytes; look for a quotation mark left open`);
    }
  }

  private loneReturn(): never {
    this.fail(this.line, 'a carriage return stands alone; end lines with LF or CRLF, or quote the field');
  }

  private fail(line: number, what: string): never {
    throw new LaurelError('DataUnreadable', `${this.file}, line ${line}: ${what}.`);
  }
}

/** Fields of one record that is known to be well-formed. */
function namesIn(record: string): readonly string[] {
  const fields = `,${record}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g);
  return Array.from(fields, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

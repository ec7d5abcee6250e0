import { styleText } from 'node:util';
import { stringify } from 'yaml';

export const formats = ['table', 'json', 'yaml'] as const;
export type Format = (typeof formats)[number];

/** Time between two minor changes in a log. */
const quietMilliseconds = 5_000;

/** Where text goes: a stream, or a list in a test. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Characters of a line, where that is known. */
  readonly columns?: number | undefined;
}

/** Data on one sink, everything said beside it on the other, so that pipes carry data only. */
export class Printer {
  private shownAt = 0;

  constructor(
    readonly format: Format,
    private readonly out: Sink,
    private readonly side: Sink,
  ) {}

  /** Prints a result; `human` makes the table or sentence of the default format. */
  data(value: unknown, human: () => string): void {
    if (this.format === 'json') this.out.write(`${JSON.stringify(value, null, 2)}\n`);
    else if (this.format === 'yaml') this.out.write(stringify(value));
    else this.out.write(`${human()}\n`);
  }

  /** Prints lines as they are, for logs. */
  lines(lines: readonly string[]): void {
    this.out.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Says something about the work in progress. */
  note(text: string): void {
    this.side.write(`${text}\n`);
  }

  /**
   * Shows the newest state of something that goes on: in place on a terminal, as lines elsewhere. Elsewhere, minor
   * changes are shown every few seconds only.
   */
  progress(text: string, { minor = false }: { readonly minor?: boolean } = {}): void {
    const now = Date.now();
    if (!this.side.isTTY && minor && now - this.shownAt < quietMilliseconds) return;
    this.shownAt = now;
    this.side.write(this.side.isTTY ? `\r\u001b[2K${fitting(text, this.side.columns)}` : `${text}\n`);
  }

  /** Ends a run of `progress`, so that the next line starts afresh. */
  settle(): void {
    if (this.side.isTTY) this.side.write('\n');
  }

  /** Colours a word of the data by what it means. */
  tint(colour: 'green' | 'red' | 'yellow' | 'cyan', text: string): string {
    return this.out.isTTY ? styleText(colour, text, { validateStream: false }) : text;
  }
}

/** A line that wraps could not be written over. */
function fitting(text: string, columns: number | undefined): string {
  return columns === undefined || text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}

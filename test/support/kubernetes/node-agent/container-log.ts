import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the log API asks for. */
export interface LogQuery {
  readonly follow: boolean;
  readonly tailLines: number | null;
  /** Milliseconds since 1970. */
  readonly since: number | null;
  readonly timestamps: boolean;
  readonly limitBytes: number | null;
}

const lookMilliseconds = 50;

/** Log of one container: each line with the time it came, as a kubelet keeps it. */
export class ContainerLog {
  readonly #path: string;
  readonly #file: number;
  #last = 0n;
  #open = true;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#file = openSync(path, 'a');
  }

  /** Takes over a stream of the container; lines of several streams interleave whole. */
  take(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      this.#write(lines);
    });
    stream.on('end', () => this.#write(rest === '' ? [] : [rest]));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }

  /** What the query asks for, as it comes; ends when the container has. */
  async *read(query: LogQuery, signal: AbortSignal): AsyncGenerator<string> {
    let room = query.limitBytes ?? Number.POSITIVE_INFINITY;
    let position = 0;
    while (!signal.aborted && room > 0) {
      const wasOpen = this.#open;
      const rows = rowsAfter(this.#path, position);
      const lines = linesOf(rows).filter(({ at }) => query.since === null || at >= query.since);
      const isFirst = position === 0;
      position += rows.length;
      const skipped = isFirst && query.tailLines !== null ? Math.max(0, lines.length - query.tailLines) : 0;
      const said = lines.slice(skipped).map(({ time, line }) => `${query.timestamps ? `${time} ` : ''}${line}\n`);
      const bytes = Buffer.from(said.join('')).subarray(0, room);
      room -= bytes.length;
      if (bytes.length > 0) yield bytes.toString('utf8');
      if (!query.follow || !wasOpen) return;
      await delay(lookMilliseconds);
    }
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0 || !this.#open) return;
    writeSync(this.#file, lines.map((line) => `${this.#now()} ${line}\n`).join(''));
  }

  /** Times grow by at least a nanosecond from line to line. */
  #now(): string {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    const seconds = new Date(Number(this.#last / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(this.#last % 1_000_000_000n).padStart(9, '0')}Z`;
  }
}

/** What lies behind a position of the file; rows are written whole. */
function rowsAfter(path: string, position: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(fstatSync(file).size - position);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, position));
  } finally {
    closeSync(file);
  }
}

function linesOf(bytes: Buffer): readonly { readonly time: string; readonly at: number; readonly line: string }[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.map((row) => {
    const space = row.indexOf(' ');
    const time = row.slice(0, space);
    return { time, at: Date.parse(time), line: row.slice(space + 1) };
  });
}

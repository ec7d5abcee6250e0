import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLine } from './log-lines.js';
import { fileNameOf, partitionOf, type SegmentName } from './segment-name.js';

const longestMilliseconds = 60_000;
const largestBytes = 16 * 1024 * 1024;
/** Lines that wait for the disk; more are dropped. */
const capacity = 50_000;

interface Segment {
  readonly name: SegmentName;
  readonly handle: FileHandle;
  readonly openedAt: number;
  bytes: number;
}

/** Append-only files of log lines, one per endpoint and hour at a time. */
export interface Segments {
  /** Takes a line into memory; `commit` makes it durable. */
  append(line: LogLine): void;
  /** Writes and syncs what has been appended, then closes segments that are old or large. One call at a time. */
  commit(): Promise<void>;
  /** Commits and closes all. */
  close(): Promise<void>;
}

export interface SegmentsOptions {
  readonly folder: string;
  readonly process: string;
  readonly onDropped: (lines: number) => void;
  readonly now?: () => number;
}

export function createSegments({ folder, process, onDropped, now = Date.now }: SegmentsOptions): Segments {
  const segments = new Map<string, Segment>();
  let waiting: LogLine[] = [];
  let sequence = 0;

  async function write(key: string, lines: readonly LogLine[]): Promise<void> {
    const segment = segments.get(key) ?? (await openNext(lines));
    segments.set(key, segment);
    segment.bytes += await writeLines(segment, lines);
  }

  function openNext([first]: readonly LogLine[]): Promise<Segment> {
    sequence += 1;
    const partition = partitionOf(first?.endpoint ?? '', first?.at ?? new Date(now()));
    return openSegment(folder, { ...partition, process, sequence }, now());
  }

  async function commit(isDone: (segment: Segment) => boolean): Promise<void> {
    const lines = waiting;
    waiting = [];
    let written = 0;
    try {
      for (const [key, group] of Map.groupBy(lines, keyOf)) {
        await write(key, group);
        written += group.length;
      }
    } finally {
      if (written < lines.length) onDropped(lines.length - written);
    }
    const done = [...segments].filter(([, segment]) => isDone(segment));
    for (const [key] of done) segments.delete(key);
    for (const [, segment] of done) await closeSegment(folder, segment);
  }

  return {
    append: (line) => (waiting.length < capacity ? void waiting.push(line) : onDropped(1)),
    commit: () => commit(({ bytes, openedAt }) => bytes >= largestBytes || now() - openedAt >= longestMilliseconds),
    close: () => commit(() => true),
  };
}

async function openSegment(folder: string, name: SegmentName, openedAt: number): Promise<Segment> {
  await mkdir(folder, { recursive: true });
  const handle = await open(join(folder, fileNameOf(name, 'open')), 'ax');
  return { name, handle, openedAt, bytes: 0 };
}

/** Appends and syncs; gives the number of bytes. */
async function writeLines({ handle }: Segment, lines: readonly LogLine[]): Promise<number> {
  const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  await handle.appendFile(bytes);
  await handle.datasync();
  return bytes.length;
}

async function closeSegment(folder: string, { name, handle }: Segment): Promise<void> {
  await handle.close();
  await rename(join(folder, fileNameOf(name, 'open')), join(folder, fileNameOf(name, 'closed')));
}

function keyOf({ endpoint, at }: LogLine): string {
  return Object.values(partitionOf(endpoint, at)).join('/');
}

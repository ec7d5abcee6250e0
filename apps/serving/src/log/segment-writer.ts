import { openSegment, type SegmentFile } from './segment-file.js';

const longestMilliseconds = 60_000;
const largestBytes = 16 * 1024 * 1024;

/** Writes blocks into segments, one after the other. */
export interface SegmentWriter {
  /** Returns when the block is on the disk. Rejects when the disk does not take it; it is then lost. One call at a time. */
  write(block: Buffer): Promise<void>;
  /** Closes the segment in progress if it is old, or at any age. Not during `write`. */
  rotate(age: 'old' | 'any'): Promise<void>;
  /** When the segment in progress was opened, and its bytes. */
  current(): { readonly openedAt: number; readonly bytes: number } | null;
}

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly process: string;
  readonly now?: () => number;
}

export function createSegmentWriter({ folder, process, now = Date.now }: SegmentWriterOptions): SegmentWriter {
  let segment: SegmentFile | null = null;
  let sequence = 0;

  async function opened(): Promise<SegmentFile> {
    sequence += 1;
    segment = await openSegment(folder, { openedAt: now(), process, sequence });
    return segment;
  }

  async function rotate(isDone: (file: SegmentFile) => boolean): Promise<void> {
    if (segment === null || !isDone(segment)) return;
    const done = segment;
    segment = null;
    await done.close();
  }

  return {
    write: async (block) => {
      const file = segment ?? (await opened());
      try {
        await file.append(block);
      } catch (error) {
        segment = null;
        await file.abandon();
        throw error;
      }
      // What is on the disk is kept, whatever its name: closing it may fail.
      await rotate((one) => one.bytes() >= largestBytes).catch(() => undefined);
    },
    rotate: (age) => rotate(({ name }) => age === 'any' || now() - name.openedAt >= longestMilliseconds),
    current: () => segment && { openedAt: segment.name.openedAt, bytes: segment.bytes() },
  };
}

import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ByteWriter } from './byte-writer.js';
import { blockHeaderBytes, magic } from './segment-format.js';
import { fileNameOf, type SegmentName } from './segment-name.js';

/** A segment that is being written, by one writer at a time. */
export interface SegmentFile {
  readonly name: SegmentName;
  /** Bytes of the whole blocks so far. */
  bytes(): number;
  /** Appends a block and returns when it is on the disk. Rejects when the disk does not take it. */
  append(block: Buffer): Promise<void>;
  /** Closes it and hands it on. */
  close(): Promise<void>;
  /** Gives up after a failure: cuts what is no whole block, and leaves nothing where there is none. */
  abandon(): Promise<void>;
}

/** What the writer holds, a block behind the room for its header, with the header. The bytes are the writer's own. */
export function sealed({ bytes, view, at }: ByteWriter): Buffer {
  const payload = bytes.subarray(blockHeaderBytes, at);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32(payload), true);
  return bytes.subarray(0, at);
}

/** Opens a new segment; its name is on the disk when this returns. */
export async function openSegment(folder: string, name: SegmentName): Promise<SegmentFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, fileNameOf(name, 'open'));
  const handle = await open(path, 'ax');
  try {
    await writeAll(handle, magic, 0);
    await syncFolder(folder);
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
  let end = magic.length;
  const closed = join(folder, fileNameOf(name, 'closed'));
  return {
    name,
    bytes: () => end,
    append: async (block) => {
      await writeAll(handle, block, end);
      await handle.datasync();
      end += block.length;
    },
    close: async () => {
      await handle.close();
      await rename(path, closed);
    },
    abandon: async () => {
      await handle.truncate(end).catch(() => undefined);
      await handle.close().catch(() => undefined);
      await (end > magic.length ? rename(path, closed) : rm(path, { force: true })).catch(() => undefined);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await handle.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { ByteWriter } from './byte-writer.js';
import { createRecordEncoder } from './record-encoder.js';
import type { Entry } from './record-facts.js';
import { sealed } from './segment-file.js';
import { blockHeaderBytes } from './segment-format.js';

/** After one huge request a buffer is let go. */
const largestIdleBuffer = 8 * 1024 * 1024;
/** An encoder holds on to the models that it has seen. */
const encoderMilliseconds = 60_000;

/** Rows and bytes of a block. */
interface BlockSize {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The block that is being filled. A request is encoded at once: it costs about a microsecond, and keeping the request
 * until the block is written would cost more, in cold caches and in garbage that has grown old.
 */
export interface BlockBuffer {
  /** False, and nothing is kept, for a request that cannot be written down. */
  add(entry: Entry, rows: number): boolean;
  size(): BlockSize;
  /** The block so far; a new one begins. The bytes stay as they are until `giveBack`. */
  take(): { readonly block: Buffer; readonly size: BlockSize; readonly giveBack: () => void };
}

export function createBlockBuffer(): BlockBuffer {
  let encoder = createRecordEncoder();
  let madeAt = performance.now();
  let writer = new ByteWriter();
  let spare: ByteWriter | null = null;
  let rows = 0;
  encoder.begin(writer);

  const size = () => ({ rows, bytes: writer.at - blockHeaderBytes });

  return {
    size,
    add: (entry, count) => {
      try {
        encoder.encode(writer, entry);
      } catch {
        return false;
      }
      rows += count;
      return true;
    },
    take: () => {
      const full = writer;
      const taken = size();
      const block = sealed(full);
      writer = spare ?? new ByteWriter();
      spare = null;
      rows = 0;
      if (performance.now() - madeAt > encoderMilliseconds) {
        encoder = createRecordEncoder();
        madeAt = performance.now();
      }
      encoder.begin(writer);
      const giveBack = () => {
        if (full.bytes.length <= largestIdleBuffer) spare = full;
      };
      return { block, size: taken, giveBack };
    },
  };
}

import { isUtf8 } from 'node:buffer';
import { LaurelError } from '@laurel/contracts';

const lineFeed = 10;

/** Passes chunks of `file` through, and fails with `DataUnreadable` at the first byte that is not UTF-8. */
export async function* utf8Only(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  let carried: Buffer = Buffer.alloc(0);
  let offset = 0;
  let line = 1;
  for await (const chunk of chunks) {
    if (offset === 0) refuseOtherEncodings(chunk, file);
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const whole = bytes.subarray(0, bytes.length - unfinished(bytes));
    if (!isUtf8(whole)) throw notUtf8(whole, { file, offset, line });
    yield whole;
    line += lineFeeds(whole);
    offset += whole.length;
    carried = bytes.subarray(whole.length);
  }
  if (carried.length > 0) throw notUtf8(carried, { file, offset, line });
}

function refuseOtherEncodings(start: Buffer, file: string): void {
  const first = start.subarray(0, 2).toString('hex');
  if (first === 'fffe' || first === 'feff') {
    throw new LaurelError('DataUnreadable', `${file} is UTF-16 (its first two bytes say so); save it as UTF-8.`);
  }
  if (first === '1f8b') throw new LaurelError('DataUnreadable', `${file} is compressed with gzip; unpack it first.`);
}

/** Bytes at the end that begin a character whose rest comes with the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function lineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}

function notUtf8(bytes: Buffer, at: { file: string; offset: number; line: number }): LaurelError {
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const head = bytes.subarray(0, middle);
    if (isUtf8(head.subarray(0, head.length - unfinished(head)))) low = middle;
    else high = middle;
  }
  const start = low - unfinished(bytes.subarray(0, low));
  const line = at.line + lineFeeds(bytes.subarray(0, start));
  const position = at.offset + start + 1;
  const value = (bytes[start] ?? 0).toString(16).padStart(2, '0');
  return new LaurelError(
    'DataUnreadable',
    `${at.file}, line ${line}: byte ${position} (0x${value}) is not UTF-8; save the file as UTF-8.`,
  );
}

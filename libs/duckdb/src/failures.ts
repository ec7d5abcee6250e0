import { isLaurelError, LaurelError } from '@laurel/contracts';

const full = /No space left on device|ENOSPC|max_temp_directory_size|EDQUOT/;
/** Troubles of the machine, not of the file that is read. */
const notTheFile = /^Out of Memory Error|^INTERNAL Error|^FATAL Error|^INTERRUPT/i;

function textOf(error: unknown): string {
  const named = typeof error === 'object' && error !== null && 'message' in error;
  return String(named ? error.message : error);
}

/** First line of what DuckDB says, without its hints. */
function firstLine(error: unknown): string {
  return textOf(error).split('\n', 1)[0] ?? '';
}

/** A full disk becomes `StorageFull`; everything else stays as it is. */
export function storageFailure(error: unknown, folder: string): unknown {
  if (isLaurelError(error) || !full.test(textOf(error))) return error;
  const message = `The disk that holds ${folder} or the written table is full; free space, and the work goes on by itself.`;
  return new LaurelError('StorageFull', message, { cause: error });
}

/** An error while `file` was read becomes `DataUnreadable`, unless the machine is to blame. */
export function unreadable(error: unknown, file: string): unknown {
  const text = textOf(error);
  if (isLaurelError(error) || full.test(text) || notTheFile.test(text)) return error;
  return new LaurelError('DataUnreadable', `${file} cannot be read: ${withoutPaths(firstLine(error))}`, {
    cause: error,
  });
}

/** Drops DuckDB's own name for the file, which is a link in a temporary folder. */
function withoutPaths(text: string): string {
  return text.replace(/\s*(?:in |for )?(?:file )?["'][^"']*\/laurel-duckdb-[^"']*["']/g, '').replace(/\.?$/, '.');
}

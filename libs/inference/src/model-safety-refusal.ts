import { LaurelError } from '@laurel/contracts';

/** Throws `ModelUnsafe` with `reason` in its sentence. */
export function refuse(reason: string): never {
  throw new LaurelError('ModelUnsafe', `The model file is refused: ${reason}.`);
}

/** A part of a file. */
export interface Range {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const decoder = new TextDecoder();

/** The text of a part of a file, whole. */
export function textOf({ bytes, start, end }: Range): string {
  return decoder.decode(bytes.subarray(start, end));
}

const longest = 60;

/** A name out of an untrusted file as a message may show it: short, on one line, quoted unless it is plain. */
export function shown(name: string): string {
  const short = name.slice(0, longest);
  return /^[\w.:/-]+$/.test(short) ? short : quoted(short);
}

/** `shown`, always in quotes. */
export function quoted(name: string): string {
  return JSON.stringify(name.slice(0, longest).replaceAll(/\p{C}/gu, '?'));
}

/** `shown` for a name that may be missing. */
export function nameAt(range: Range | undefined): string {
  return range === undefined || range.start === range.end ? 'without a name' : shown(textOf(range));
}

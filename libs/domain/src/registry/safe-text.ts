/** Decoding that often leaves nothing encoded in what people write; more is an attempt to hide something. */
const mostDecodings = 5;

/**
 * Everything that `text` may turn into on its way through other programs: percent-decoded again and again, and with
 * Unicode's look-alikes folded. What is checked must hold for all of them. `undefined` when decoding does not end.
 */
export function readingsOf(text: string): readonly string[] | undefined {
  const readings = [text];
  for (let last = text; ; ) {
    const next = decoded(last);
    if (next === last) break;
    if (readings.length > mostDecodings) return undefined;
    readings.push(next);
    last = next;
  }
  return [...new Set(readings.flatMap((reading) => [reading, reading.normalize('NFKC')]))];
}

/** Byte by byte, so that a broken sequence is decoded as far as it goes instead of not at all. */
function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Control characters, and invisible ones that turn or hide text. */
export const hiddenCharacters = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/u;

/** Length in bytes of UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** Number of buckets into which keys fall. */
export const bucketCount = 10_000;

/** FNV-1a, 32 bits, over the UTF-8 bytes of `text`. Unsigned. Source: Fowler, Noll, Vo; vectors in the tests. */
export function fnv1a32(text: string): number {
  let hash = offsetBasis;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      hash = step(hash, code);
    } else if (code < 0x800) {
      hash = step(hash, 0xc0 | (code >> 6));
      hash = step(hash, continuation(code));
    } else if (code < 0x10000) {
      hash = step(hash, 0xe0 | (code >> 12));
      hash = step(hash, continuation(code >> 6));
      hash = step(hash, continuation(code));
    } else {
      hash = step(hash, 0xf0 | (code >> 18));
      hash = step(hash, continuation(code >> 12));
      hash = step(hash, continuation(code >> 6));
      hash = step(hash, continuation(code));
    }
  }
  return hash >>> 0;
}

/**
 * Bucket of a sticky key, 0 to 9999: GrowthBook's hash version 2, `fnv1a32(str(fnv1a32(salt + key))) mod 10000`. The
 * salt holds the rollout's incarnation, so that a re-run of a canary does not meet the same people again.
 */
export function bucketOf({ salt, key }: { readonly salt: string; readonly key: string }): number {
  return fnv1a32(String(fnv1a32(salt + key))) % bucketCount;
}

function step(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, prime);
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** A text that no store keeps: where it stands in a value, and what is in it. */
export interface UnstorableText {
  readonly path: readonly PropertyKey[];
  readonly holds: 'the character NUL' | 'half a character';
}

interface Place {
  readonly within: Place | null;
  readonly key: PropertyKey;
}

/**
 * The first text anywhere in `value`, names of members included, that Postgres refuses as text and in JSON: one with
 * NUL, or with half of a surrogate pair. It uses no recursion, so that no depth of JSON exhausts the stack.
 */
export function unstorableText(value: unknown): UnstorableText | undefined {
  const open: { readonly value: unknown; readonly at: Place | null }[] = [{ value, at: null }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: one, at } = next;
    if (typeof one === 'string') {
      const holds = flawOf(one);
      if (holds !== undefined) return { path: pathOf(at), holds };
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, member] of Object.entries(one).reverse()) {
        open.push({ value: member, at: { within: at, key: Array.isArray(one) ? Number(key) : key } });
        if (!Array.isArray(one)) open.push({ value: key, at });
      }
    }
  }
  return undefined;
}

function flawOf(text: string): UnstorableText['holds'] | undefined {
  if (text.includes('\0')) return 'the character NUL';
  return text.isWellFormed() ? undefined : 'half a character';
}

function pathOf(place: Place | null): readonly PropertyKey[] {
  const keys: PropertyKey[] = [];
  for (let at = place; at !== null; at = at.within) keys.unshift(at.key);
  return keys;
}

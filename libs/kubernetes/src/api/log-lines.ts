/** When a node wrote a line, by its own clock. */
interface Stamp {
  readonly seconds: number;
  readonly nanoseconds: number;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?(.*)$/s;

/**
 * Recognises lines that were read before. The log API resumes at a second, so after a disconnect the lines of the last
 * second come again: older ones are dropped, and of those with the very time of the last one as many as were seen. After
 * them an older time is that of a node whose clock was set back, and its line is new.
 */
export function createLineFilter() {
  let last: Stamp | undefined;
  let seenAtLast = 0;
  let toSkip = 0;
  let isBehind = false;
  return {
    /** Time to resume at; `undefined` for the beginning. To be called at each new connection. */
    resume: (): string | undefined => {
      toSkip = seenAtLast;
      isBehind = last !== undefined;
      return last === undefined ? undefined : `${new Date(last.seconds * 1_000).toISOString().slice(0, 19)}Z`;
    },
    /** The line without its time; `undefined` for one that was read before or has no time. */
    accept: (raw: string): string | undefined => {
      const found = form.exec(raw);
      if (found === null) return undefined;
      const [, whole = '', fraction = '', zone = 'Z', text = ''] = found;
      const stamp = { seconds: Date.parse(`${whole}${zone}`) / 1_000, nanoseconds: Number(fraction.padEnd(9, '0')) };
      const order = last === undefined ? 1 : compare(stamp, last);
      if (order < 0 && isBehind) return undefined;
      if (order === 0) {
        toSkip -= 1;
        isBehind = toSkip > 0;
        if (toSkip >= 0) return undefined;
        seenAtLast += 1;
      } else if (order > 0) {
        last = stamp;
        seenAtLast = 1;
        isBehind = false;
      }
      return text;
    },
  };
}

function compare(a: Stamp, b: Stamp): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

const longestLine = 64 * 1024;

/** Cuts chunks of bytes into lines. A line without an end is handed over in pieces of `longest`, not kept in memory. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, longest = longestLine): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
    if (rest.length > longest) {
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') yield rest;
}

/** Whether a line is of the trainer itself: not of the protocol, and not of the pod's own supervision. */
export function isPlain(text: string): boolean {
  if (text.trim() === '' || text.startsWith('laurel_trainer.pod: ')) return false;
  return !/^\{\s*"laurel"\s*:/.test(text);
}

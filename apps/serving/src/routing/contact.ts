/** After this long without Postgres a process serves only the champion. */
const championOnlyAfterMilliseconds = 2_000;

/** When this process last read its desired state. */
export interface Contact {
  seen(): void;
  ageMilliseconds(): number;
  /** False once the desired state is too old to let a challenger or a shadow see traffic. */
  isFresh(): boolean;
}

/** Contact with Postgres; `now` gives monotonic milliseconds. */
export function createContact(now: () => number = () => performance.now()): Contact {
  let last = Number.NEGATIVE_INFINITY;
  return {
    seen: () => {
      last = now();
    },
    ageMilliseconds: () => now() - last,
    isFresh: () => now() - last <= championOnlyAfterMilliseconds,
  };
}

/** What came of one comparison. */
export interface Verdict {
  readonly title: string;
  /** Why it failed; `null` when it passed. */
  readonly failure: string | null;
}

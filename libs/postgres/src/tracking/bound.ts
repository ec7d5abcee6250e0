/** Values of a statement that is put together: each gets the next place. */
export class BoundValues {
  readonly values: unknown[] = [];

  /** The place of `value`, such as `$3::bigint`. */
  place(value: unknown, type: 'text' | 'text[]' | 'bigint' | 'bigint[]' | 'double precision' | 'integer'): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** Is the version in `text` the `needed` one or a newer one? */
export function atLeast(text: string, needed: string): boolean;

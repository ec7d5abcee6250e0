/** Writes JSON so that a reader sees all of it or none. */
export function writeWhole(path: string, value: unknown): void;
/** The same, but only when nothing is there; tells whether it wrote. */
export function writeOnce(path: string, value: unknown): boolean;

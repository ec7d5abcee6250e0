import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes JSON so that a reader sees all of it or none. */
export function writeJson(path: string, value: unknown, mode = 0o644): void {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode });
  renameSync(partial, path);
}

/** Content of a JSON file that this package wrote; undefined when it is missing or not JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

import { readFileSync } from 'node:fs';

/** Reads a table of reference values that stands beside a test. */
export function readValues(name: string, from: string): unknown {
  return JSON.parse(readFileSync(new URL(name, from), 'utf8')) as unknown;
}

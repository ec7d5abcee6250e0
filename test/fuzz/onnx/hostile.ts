import type { Canary } from './canary.js';
import type { HostileCase } from './hostile-case.js';
import { formCases } from './hostile-form.js';
import { outsideCases } from './hostile-outside.js';
import { runCases } from './hostile-run.js';
import { sizeCases } from './hostile-size.js';

export { signature } from './hostile-case.js';

/** Every hostile file; those that point outside point at the canary. */
export function hostileCases(canary: Canary): readonly HostileCase[] {
  return [...outsideCases(canary), ...formCases, ...sizeCases, ...runCases];
}

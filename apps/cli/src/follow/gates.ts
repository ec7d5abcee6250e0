import { LaurelError } from '@laurel/contracts';
import type { VersionView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';

/** A version as the registry has it. */
export function readVersion(
  { api }: Context,
  { project, version }: { readonly project: string; readonly version: number },
): Promise<VersionView> {
  return api.get<VersionView>(`models/${encodeURIComponent(project)}/versions/${version}`);
}

/** Error: `GateFailed`, with the gates that a version did not pass. */
export function demandGates({ project, version, gates, gatesPassed }: VersionView): void {
  if (gatesPassed) return;
  const failed = gates.filter(({ state }) => state !== 'pass').map(({ gate, message }) => `${gate} (${message})`);
  throw new LaurelError('GateFailed', `Version ${version} of ${project} failed its gates: ${failed.join('; ')}.`);
}

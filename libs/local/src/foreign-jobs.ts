import type { JobOutcome } from '@laurel/domain';

/**
 * Names for which this launcher's caller asked for a job while another one stood there under the same attempt. That one is
 * its owner's: the caller is told, and touches it in no way.
 */
export function createForeignJobs() {
  const names = new Set<string>();
  return {
    note(name: string, isForeign: boolean): void {
      if (isForeign) names.add(name);
      else names.delete(name);
    },
    has: (name: string): boolean => names.has(name),
    outcome(name: string): JobOutcome {
      const message = `a job ${name} with another specification is there already`;
      return { kind: 'ended', cause: 'foreignJob', exitCode: null, message };
    },
  };
}

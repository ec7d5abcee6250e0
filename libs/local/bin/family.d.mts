import type { ProcessIdentity } from './process-identity.mjs';

/** Variable of the trainer's environment that holds the attempt's mark. */
export const markVariable: string;

/** The processes of one attempt, found by its mark, its trainer's process group and their descent. */
export interface Family {
  /** Everybody who is alive now. */
  look(): readonly ProcessIdentity[];
  /** Kills until nobody is left, for at most `milliseconds` (5 s); tells whether nobody is. */
  end(milliseconds?: number): Promise<boolean>;
}

export function followFamily(of: { readonly mark: string; readonly root: ProcessIdentity | undefined }): Family;

/** Sends a signal to a process (a group, when negative) that may be gone by now. */
export function send(target: number, signal: NodeJS.Signals): void;

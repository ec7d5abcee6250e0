import type { ProcessIdentity } from './process-identity.mjs';

/** A name for a claim of this holder. No two are equal. */
export function claimOf(holder: ProcessIdentity): string;
/** Who holds a claim; `undefined` when this is not the name of one. */
export function holderOf(name: string): ProcessIdentity | undefined;
/** Passes the claim `seen` in `folder` on; tells whether it was still there. */
export function passClaim(folder: string, seen: string, next: string): boolean;

import type { RunId } from '../ids.js';

/** What kind of work a run is: a training, a sweep, or a trial nested in the run of its sweep. */
export type RunKind =
  | { readonly kind: 'training' }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'trial'; readonly parent: RunId; readonly number: number };

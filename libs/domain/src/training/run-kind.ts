import type { RunId } from '../ids.js';

/**
 * What kind of work a run is: a training, a sweep, a trial nested in the run of its sweep, or a command of a folder that
 * MLflow runs.
 */
export type RunKind =
  | { readonly kind: 'training' }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'project' }
  | { readonly kind: 'trial'; readonly parent: RunId; readonly number: number };

import type { ProcessIdentity } from './process-identity.mjs';

/**
 * `count` of the `gpus` for `holder`, all or none; `undefined` when too few are free. Leases lie in `folder` and end with their
 * holder. `shared` ones go together with each other, not with others, and are spread evenly.
 */
export function takeGpus(
  folder: string,
  asked: {
    readonly gpus: readonly string[];
    readonly count: number;
    readonly shared: boolean;
    readonly holder: ProcessIdentity;
  },
): readonly string[] | undefined;

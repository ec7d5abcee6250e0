import type { Digest, Timestamp } from '../../ids.js';

interface Pair {
  readonly key: string;
  readonly value: string;
}

/** What is known of a version that a client of MLflow registered under a name that is no project. */
export interface RegisteredFacts {
  readonly model: { readonly name: string; readonly description: string | null; readonly tags: readonly Pair[] };
  readonly version: {
    readonly version: number;
    /** `null` until the checks have passed, as is `digest`. */
    readonly semver: string | null;
    readonly digest: Digest | null;
    readonly source: string;
    readonly description: string | null;
    readonly userId: string | null;
    readonly status: 'pending' | 'ready' | 'failed';
    readonly statusMessage: string | null;
    readonly stage: string;
    readonly aliases: readonly string[];
    readonly tags: readonly Pair[];
    readonly createdAt: Timestamp;
    readonly runId: string | null;
  };
  /** The run that logged it; `null` when none was named, or it is gone. */
  readonly run: {
    readonly info: { readonly runId: string; readonly name: string; readonly userId: string; readonly status: string };
    readonly params: readonly Pair[];
    readonly tags: readonly Pair[];
    /** The newest value of each; NaN and the infinities are kept. */
    readonly metrics: readonly { readonly key: string; readonly value: number; readonly step: number }[];
    readonly datasets: readonly {
      readonly dataset: { readonly name: string; readonly digest: string; readonly sourceType: string };
    }[];
  } | null;
}

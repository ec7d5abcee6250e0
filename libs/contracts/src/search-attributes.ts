import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Typed search attributes; `libs/temporal` registers them with the server at start. */
export const searchAttributes = {
  project: defineSearchAttributeKey('LaurelProject', SearchAttributeType.KEYWORD),
  endpoint: defineSearchAttributeKey('LaurelEndpoint', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('LaurelPhase', SearchAttributeType.KEYWORD),
  verdict: defineSearchAttributeKey('LaurelVerdict', SearchAttributeType.KEYWORD),
  version: defineSearchAttributeKey('LaurelVersion', SearchAttributeType.KEYWORD),
  /** Number of a training's attempt. */
  attempt: defineSearchAttributeKey('LaurelAttempt', SearchAttributeType.INT),
  trafficPercent: defineSearchAttributeKey('LaurelTrafficPercent', SearchAttributeType.INT),
} as const;

import { z } from 'zod';
import { digest, nameParameter, numberParameter, timestamp, versionRef } from './api-common.js';
import { reasonText } from './api-endpoints.js';

export const startRolloutBody = z
  .strictObject({
    version: z.number().int().min(1).meta({ description: 'Version of the model to make champion.' }),
  })
  .meta({ id: 'StartRollout' });

export const rolloutAccepted = z
  .object({ rollout: z.string(), incarnation: z.number().int(), workflowId: z.string() })
  .meta({
    id: 'RolloutAccepted',
    description: 'It may wait in the queue of its endpoint; until it begins it answers 404.',
  });
export type RolloutAccepted = z.infer<typeof rolloutAccepted>;

export const rolloutOrders = ['abort', 'pause', 'resume', 'promote'] as const;
export type RolloutOrder = (typeof rolloutOrders)[number];
export const rolloutOrderParameter = z.enum(rolloutOrders);

/** `<incarnation>:<order>`, the custom-method form of the path. */
export const rolloutTargetParameter = z
  .string()
  .regex(/^[1-9]\d{0,9}:(abort|pause|resume|promote)$/, 'must be a rollout number, a colon and an order, as in 3:abort')
  .meta({ example: '3:abort' });

export const rolloutOrderBody = z
  .strictObject({ reason: reasonText.default('asked by hand') })
  .default({ reason: 'asked by hand' })
  .meta({ id: 'RolloutOrder' });

export const rolloutOrdered = z.object({ rollout: z.string(), order: rolloutOrderParameter }).meta({
  id: 'RolloutOrdered',
  description: 'The order has reached the rollout; see the rollout for what became of it.',
});
export type RolloutOrdered = z.infer<typeof rolloutOrdered>;

export const rolloutView = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    project: z.string(),
    incarnation: z.number().int(),
    fence: z.number().int(),
    champion: versionRef.nullable(),
    challenger: versionRef,
    plan: z.looseObject({
      steps: z.array(z.record(z.string(), z.unknown())),
      metrics: z.record(z.string(), z.record(z.string(), z.unknown())),
      stickyKey: z.string().nullable(),
      deadline: z.string(),
    }),
    status: z.enum(['running', 'promoted', 'rolledBack', 'aborted', 'superseded', 'needsOperator']),
    step: z.number().int(),
    cause: z.string().nullable(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Rollout' });
export type RolloutView = z.infer<typeof rolloutView>;

const observation = z.object({
  n: z.number(),
  value: z.number().nullable(),
  sum: z.number().optional(),
  sumSquares: z.number().optional(),
});

const judgement = z
  .object({
    harmP: z.number().nullable(),
    limitP: z.number().nullable(),
    harmAlpha: z.number(),
    rule: z.enum(['nonInferior', 'superior']),
    alpha: z.number(),
    information: z.number(),
    looks: z.object({
      fractions: z.array(z.number()),
      statistic: z.number().nullable(),
      boundary: z.number().nullable(),
      ended: z.enum(['shown', 'missed', 'futile']).nullable(),
    }),
  })
  .meta({ id: 'Judgement', description: 'Always-valid p-values of harm, and how far the planned looks have come.' });

const assessment = z.object({
  name: z.string(),
  role: z.enum(['guardrail', 'decision']),
  champion: observation,
  challenger: observation,
  margin: z.number().nullable(),
  hardLimit: z.number().nullable(),
  minimumSample: z.number(),
  state: z.enum([
    'ok',
    'harm',
    'inferior',
    'superior',
    'immature',
    'undecided',
    'exhausted',
    'futile',
    'noData',
    'error',
  ]),
  pairs: z.object({ n: z.number(), championOnly: z.number(), challengerOnly: z.number() }).optional(),
  judgement: judgement.optional(),
});

export const evidenceView = z
  .object({
    id: z.string(),
    kind: z.enum(['gate', 'look', 'approval', 'crowning', 'rollback']),
    endpoint: z.string(),
    rollout: z.string().nullable(),
    step: z.number().int().nullable(),
    look: z.number().int().nullable(),
    at: timestamp,
    epoch: z.number().int().nullable(),
    champion: versionRef.nullable(),
    challenger: versionRef,
    policyDigest: digest.nullable(),
    input: z
      .looseObject({
        metrics: z.array(assessment),
        sampleRatioP: z.number().nullable(),
        ejections: z.number(),
        telemetryAgeMilliseconds: z.number().nullable(),
        planExhausted: z.boolean(),
      })
      .nullable(),
    decision: z.object({
      verdict: z.enum(['pass', 'fail', 'inconclusive', 'error']),
      action: z.enum(['advance', 'continue', 'hold', 'rollBack']),
      reasons: z.array(z.string()),
      metrics: z.array(z.string()),
    }),
    codeVersion: z.string(),
  })
  .meta({ id: 'Evidence', description: 'One stored fact about why something was, or was not, promoted.' });
export type EvidenceView = z.infer<typeof evidenceView>;

/** `<endpoint>/<incarnation>`. */
export const rolloutIdText = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[1-9]\d{0,9}$/, 'must be ENDPOINT/NUMBER, as in churn/3')
  .meta({ example: 'churn/3' });

const formValue = z.union([z.string().max(2_000), z.number(), z.boolean()]);

export const approveBody = z
  .strictObject({
    rollout: rolloutIdText,
    decision: z.enum(['granted', 'rejected']).default('granted'),
    reason: reasonText.optional(),
    form: z.record(z.string().max(50), formValue).default({}).meta({ description: 'Fields of spec.approval.form.' }),
  })
  .meta({ id: 'Approve' });
export type ApproveBody = z.infer<typeof approveBody>;
export const approvalsQuery = z.object({ rollout: rolloutIdText });

export const approvalView = z
  .object({
    rollout: z.string(),
    digest,
    by: z.string(),
    decision: z.enum(['granted', 'rejected']),
    reason: z.string().nullable(),
    form: z.record(z.string(), formValue),
    at: timestamp,
    evidenceId: z.string(),
  })
  .meta({ id: 'Approval' });

export const approvalGranted = z
  .object({ approval: approvalView, approvers: z.number().int(), needed: z.number().int() })
  .meta({ id: 'ApprovalGranted', description: 'The stored decision, and how many persons have approved by now.' });

export const promotionStanding = z
  .object({
    may: z.boolean(),
    missing: z.string().nullable(),
    approvers: z.array(z.string()),
    needed: z.number().int(),
    discounted: z.array(z.object({ by: z.string(), flaw: z.string() })),
    refusals: z.array(z.looseObject({ code: z.enum(['rejected', 'tooFewApprovals', 'outsideWindow']) })),
    expiresAt: timestamp,
    now: timestamp,
  })
  .meta({
    id: 'PromotionStanding',
    description: 'What people and the clock say about a promotion, by what is stored.',
  });
export type PromotionStanding = z.infer<typeof promotionStanding>;
export type ApprovalGranted = z.infer<typeof approvalGranted>;

/** Path of an order to a rollout. */
export const rolloutOrderPath = z.object({
  endpoint: nameParameter,
  incarnation: numberParameter,
  order: rolloutOrderParameter,
});
export type RolloutOrderPath = z.infer<typeof rolloutOrderPath>;

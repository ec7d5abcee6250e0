import { z } from 'zod';
import { weeklyWindow } from './project-approval.js';
import { count, duration, percent } from './project-parts.js';

/** Longest text of a header rule: it is compared with every request. */
const headerText = z.string().min(1).max(200);

const headerMatch = z.strictObject({
  headerName: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'the name of an HTTP header such as x-team'),
  headerValue: z.union([
    z.strictObject({ exact: headerText }),
    z.strictObject({ prefix: headerText }),
    z.strictObject({ regex: headerText }),
  ]),
});

/** Step `gate`. */
export const gate = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^\s@#]{1,1900}$/, 'an address that begins with https:// or http://, without user or fragment')
    .meta({ description: 'Address of a registered webhook.' }),
  kind: z.enum(['confirm', 'rollback']).default('confirm'),
  interval: duration.default('30s').meta({ description: 'From one answer to the next question.' }),
  timeout: duration.default('10s').meta({ description: 'For one answer, at most 30s.' }),
});

/** Step `setHeaderRoute`. */
export const headerRoute = z.strictObject({
  name: z.string().min(1).max(63).meta({ description: 'Name of the route within this rollout.' }),
  match: z
    .array(headerMatch)
    .min(1)
    .max(20)
    .exactOptional()
    .meta({ description: 'One of these must hold; without match the route of that name is removed.' }),
});

const shadowPart = { sample: percent.default(100), requests: count(1).default(200) };
const named = z.strictObject({ metrics: z.array(z.string().min(1)).min(1) });

/** Parameters of each strategy, under its name. */
export const strategies = {
  linear: z
    .strictObject({
      stepSize: z.number().min(1).max(50).default(20).meta({ description: 'Percent by which the share grows.' }),
      interval: duration.default('1m').meta({ description: 'How long each share is held before its analysis.' }),
    })
    .exactOptional(),
  blueGreen: z
    .strictObject({
      preview: headerMatch.nullable().default(null).meta({ description: 'Who sees the challenger before the switch.' }),
      shadow: z.strictObject(shadowPart).prefault({}),
      prePromotionAnalysis: named.exactOptional(),
      postPromotionAnalysis: named.exactOptional(),
      autoPromotionEnabled: z.boolean().default(true).meta({ description: 'False: a person promotes.' }),
    })
    .exactOptional(),
  shadowOnly: z.strictObject(shadowPart).exactOptional(),
  abTest: z
    .strictObject({
      weight: percent.default(50),
      sample: count(1).default(1_000).meta({ description: 'Observations per arm before it is decided.' }),
    })
    .exactOptional(),
};

const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/, 'a time such as 2026-12-20T00:00:00Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'a time such as 2026-12-20T00:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** An entry of `freeze`: a time of every week, or one from `start` until before `end`. */
export const freezeWindow = z.union([z.strictObject({ start: instant, end: instant }), weeklyWindow]);

/** How traffic goes back. */
export const rollback = z
  .discriminatedUnion('profile', [
    z.strictObject({ profile: z.literal('immediate') }),
    z.strictObject({
      profile: z.literal('gradual'),
      stepSize: z.number().min(1).max(100).default(25),
      interval: duration.default('30s'),
    }),
  ])
  .default({ profile: 'immediate' })
  .meta({ description: 'Hard limits and ejections always go back at once.' });

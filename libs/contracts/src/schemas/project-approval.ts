import { isTimezone, weekdays } from '@laurel/domain';
import { z } from 'zod';
import { count, duration } from './project-parts.js';

const required = z.boolean().default(false);

const field = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('string'), required, maxLength: count(1).max(2_000).default(500) }),
    z.strictObject({
      type: z.literal('number'),
      required,
      min: z.number().exactOptional(),
      max: z.number().exactOptional(),
    }),
    z.strictObject({ type: z.literal('boolean'), required }),
    z.strictObject({ type: z.literal('enum'), required, values: z.array(z.string().min(1).max(200)).min(1).max(100) }),
  ])
  .meta({ description: 'What an approver fills in.' });

const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,49}$/, 'a letter and at most 49 letters, digits or _');

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 09:00');

/** A time of every week. */
export const weeklyWindow = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays]),
  from: clock.default('00:00'),
  to: z
    .union([clock, z.literal('24:00')])
    .default('24:00')
    .meta({ description: 'Not after from: on the next day.' }),
  timezone: z
    .string()
    .refine(isTimezone, { error: 'a time zone of the IANA database such as UTC or Europe/Berlin' })
    .default('UTC'),
});

/** `spec.approval`. */
export const approvalSchema = z
  .strictObject({
    required: z.boolean().default(false),
    approvers: count(1).default(1),
    roles: z
      .array(z.enum(['approver', 'admin']))
      .min(1)
      .default(['approver']),
    expiresAfter: duration.default('7d'),
    grantExpiresAfter: duration.nullable().default(null).meta({ description: 'How long one approval counts.' }),
    authorMayApprove: z.boolean().default(false),
    reason: z.enum(['required', 'optional']).default('required'),
    form: z.record(fieldName, field).default({}),
    windows: z
      .array(weeklyWindow)
      .default([])
      .meta({ description: 'When versions may become champion; none: at any time.' }),
  })
  .meta({ id: 'Approval' });

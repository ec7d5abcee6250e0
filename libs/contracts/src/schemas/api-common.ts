import { modelNameProblem } from '@laurel/domain';
import { z } from 'zod';

/** A DNS label: name of a project, model or endpoint. */
export const nameParameter = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
  .meta({ example: 'churn' });

/** Name of a registered model: a project's, or any that a client of MLflow gave. */
export const registeredNameParameter = z
  .string()
  .refine((name) => modelNameProblem(name) === undefined, 'must be the name of a registered model')
  .meta({ example: 'churn' });

const largestNumber = 2_147_483_647;
const wholeNumber = `must be a whole number from 1 to ${largestNumber}`;

/** A whole number from 1, as it stands in a path. */
export const numberParameter = z.coerce
  .number(wholeNumber)
  .int(wholeNumber)
  .min(1, wholeNumber)
  .max(largestNumber, wholeNumber);

/** 32 lower-case hex digits. */
export const runIdParameter = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits')
  .meta({ example: '0190b5a7c1e27d3c8f00a1b2c3d4e5f6' });

/** Unique name of a reason to do something, chosen by the caller. */
export function requestKey(what: string) {
  const description = `Unique name of this reason to ${what}; asked again, it starts nothing.`;
  return z.string().min(1).max(200).optional().meta({ description });
}

/** Work that is asked for: its run, and whether this request started it. */
export function acceptedRun(what: string) {
  const description = `False when the key had been used: the ${what} is the one of that time.`;
  return z.object({ runId: runIdParameter, workflowId: z.string(), created: z.boolean().meta({ description }) });
}

export const timestamp = z.string().meta({ format: 'date-time' });
export const digest = z.string().meta({ pattern: '^sha256:[0-9a-f]{64}$' });

/** Window of a list. `pageToken` is opaque: take it from `nextPageToken`. */
export const pageQuery = z.object({
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
  pageToken: z.string().min(1).max(500).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** A window of a list, newest first; `nextPageToken` is `null` on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextPageToken: z.string().nullable() });
}

/** A list that is never long enough to need pages. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) });
}

export const versionRef = z
  .object({ version: z.number().int(), digest, semver: z.string() })
  .meta({ id: 'VersionRef', description: 'A version as routing knows it.' });

/** RFC 9457 problem document; every error of the API has this shape. */
export const problem = z
  .object({
    type: z.string().meta({ example: 'urn:laurel:error:NotFound' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    remedy: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details. `code` is one of docs/reference/errors.md.' });
export type Problem = z.infer<typeof problem>;

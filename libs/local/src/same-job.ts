import { canonicalJson, type JobSpec } from '@laurel/domain';

/**
 * Whether two specs ask for the same job. A field that only one of them has does not count: another release of Laurel may
 * have started the job, and a run must not be lost for that.
 */
export function sameJob(one: JobSpec, other: JobSpec): boolean {
  const names = (Object.keys(one) as (keyof JobSpec)[]).filter((name) => name in other);
  return names.every((name) => canonicalJson(one[name]) === canonicalJson(other[name]));
}

import { createHash } from 'node:crypto';

/** Labels of everything that the launcher makes. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** Key of the job's name, the same for all attempts. */
  job: 'laurel.dev/job',
  run: 'laurel.dev/run',
  project: 'laurel.dev/project',
  attempt: 'laurel.dev/attempt',
} as const;

export const annotations = {
  /** The job's name as Laurel knows it. */
  name: 'laurel.dev/name',
  /** Digest of the `JobSpec`. */
  spec: 'laurel.dev/spec-digest',
  /** What the launcher must know of the spec when it attaches, as JSON. */
  limits: 'laurel.dev/limits',
  /** The attempt's `JobOutcome` as JSON; where the launcher ends it, written before it stops the pods. */
  outcome: 'laurel.dev/outcome',
  /** Step of the newest checkpoint that this attempt, or one before it, is known to have committed. */
  checkpoint: 'laurel.dev/checkpoint-step',
} as const;

/** Value of the label `managedBy`. */
export const manager = 'laurel';

/** The container of a pod in which the trainer runs. */
export const trainerContainer = 'trainer';
export const fetchContainer = 'fetch';

/** Room for `-<attempt>-<rank>` within the 63 characters of a host name. */
const longestKey = 48;
const digits = 8;

/** A DNS label for a job's name: the name itself where it is one, otherwise its beginning and a digest of the whole. */
export function jobKey(name: string): string {
  if (name.length <= longestKey && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digits);
  const readable =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+/, '') || 'job';
  const head = readable.slice(0, longestKey - digits - 1);
  return `${head.replace(/-+$/, '')}-${digest}`;
}

/** Name of the Kubernetes Job, and of the headless Service, of one attempt. */
export function attemptName(name: string, attempt: number): string {
  return `${jobKey(name)}-${attempt}`;
}

/** Label selector of all attempts of a job. */
export function selectorOf(name: string): string {
  return `${labels.managedBy}=${manager},${labels.job}=${jobKey(name)}`;
}

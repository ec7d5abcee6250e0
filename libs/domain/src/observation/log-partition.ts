/** Endpoint and hour of requests that share a table of the prediction log. */
export interface LogPartition {
  readonly endpoint: string;
  /** `2026-01-31`, in UTC. */
  readonly date: string;
  /** `09`, in UTC. */
  readonly hour: string;
}

/** Folder of the whole prediction log in the object store. */
export const logFolder = 'predictions/';

/** The partition of a request that was answered `at`, milliseconds since 1970. */
export function logPartitionOf(endpoint: string, at: number): LogPartition {
  const text = new Date(at).toISOString();
  return { endpoint, date: text.slice(0, 10), hour: text.slice(11, 13) };
}

/** Folder of a partition in the object store, as readers of Hive partitions know it. */
export function logPartitionFolder({ endpoint, date, hour }: LogPartition): string {
  return `${logFolder}endpoint=${endpoint}/date=${date}/hour=${hour}/`;
}

import { type LogPartition, logPartitionFolder } from '@laurel/domain';

/** What the name of a segment says about it. */
export interface SegmentName {
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly process: string;
  /** Counts the segments of its process. */
  readonly sequence: number;
}

/**
 * `open`: being written. `closed`: to be turned into tables. `partial`: a folder of tables in the making. `ready`: a
 * folder of tables to be stored. `broken`: what cannot be turned into tables, kept for a person to look at.
 */
export type SegmentState = 'open' | 'closed' | 'partial' | 'ready' | 'broken';

const form = /^(\d+)~([^~]+)-(\d+)\.(open|closed|partial|ready|broken)$/;

/** Name of a segment's file or folder. */
export function fileNameOf({ openedAt, process, sequence }: SegmentName, state: SegmentState): string {
  return `${openedAt}~${process}-${sequence}.${state}`;
}

/** What a file name spells, or `undefined` for one that is no segment's. */
export function parseFileName(file: string): (SegmentName & { readonly state: SegmentState }) | undefined {
  const [, openedAt, process, sequence, state] = form.exec(file) ?? [];
  if (!openedAt || !process || !sequence || !state) return undefined;
  return { openedAt: Number(openedAt), process, sequence: Number(sequence), state: state as SegmentState };
}

/** Oldest first. */
export function byAge(one: SegmentName, other: SegmentName): number {
  return one.openedAt - other.openedAt || one.sequence - other.sequence;
}

const partitionForm = /^([^~]+)~(\d{4}-\d\d-\d\d)~(\d\d)\.parquet$/;

/** Name of a table's file in the folder of its segment. */
export function tableNameOf({ endpoint, date, hour }: LogPartition): string {
  return `${endpoint}~${date}~${hour}.parquet`;
}

/** The partition that a table's file name spells, or `undefined`. */
export function parseTableName(file: string): LogPartition | undefined {
  const [, endpoint, date, hour] = partitionForm.exec(file) ?? [];
  if (!endpoint || !date || !hour) return undefined;
  return { endpoint, date, hour };
}

/** Key of a table in the object store: the same wherever, and however often, its segment is stored from. */
export function objectKeyOf({ process, sequence }: SegmentName, partition: LogPartition): string {
  return `${logPartitionFolder(partition)}${process}-${sequence}.parquet`;
}

/** What the name of a segment says about it. */
export interface SegmentName {
  readonly endpoint: string;
  /** `2026-01-31`, in UTC. */
  readonly date: string;
  /** `09`, in UTC. */
  readonly hour: string;
  readonly process: string;
  readonly sequence: number;
}

const separator = '~';
const openEnding = '.open';
const closedEnding = '.jsonl';
const form = /^([^~]+)~(\d{4}-\d\d-\d\d)~(\d\d)~([^~]+)-(\d+)\.(open|jsonl)$/;

/** Endpoint and hour of a moment: the part of a name that lines of one segment share. */
export function partitionOf(endpoint: string, at: Date): Pick<SegmentName, 'endpoint' | 'date' | 'hour'> {
  const text = at.toISOString();
  return { endpoint, date: text.slice(0, 10), hour: text.slice(11, 13) };
}

/** File name of a segment; an open one is still being written. */
export function fileNameOf(name: SegmentName, state: 'open' | 'closed'): string {
  const parts = [name.endpoint, name.date, name.hour, `${name.process}-${name.sequence}`];
  return parts.join(separator) + (state === 'open' ? openEnding : closedEnding);
}

/** The name that a file name spells, or `undefined` for a file that is no segment. */
export function parseFileName(file: string): SegmentName | undefined {
  const [, endpoint, date, hour, process, sequence] = form.exec(file) ?? [];
  if (!endpoint || !date || !hour || !process || !sequence) return undefined;
  return { endpoint, date, hour, process, sequence: Number(sequence) };
}

/** Key of a segment's Parquet file in the object store. */
export function objectKeyOf({ endpoint, date, hour, process, sequence }: SegmentName): string {
  return `predictions/endpoint=${endpoint}/date=${date}/hour=${hour}/${process}-${sequence}.parquet`;
}

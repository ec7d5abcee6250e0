import { type Durations, latencyBounds } from '../plane/durations.js';

type Labels = Readonly<Record<string, string | number>>;

/** One number of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A counter or gauge in Prometheus' text format. */
export function exposed(
  name: string,
  { type, help }: { readonly type: 'counter' | 'gauge'; readonly help: string },
  samples: readonly Sample[],
): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelsOf(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** A histogram of seconds in Prometheus' text format. */
export function exposedDurations(
  name: string,
  help: string,
  series: readonly { readonly labels: Labels; readonly durations: Durations }[],
): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${series.map(({ labels, durations }) => bucketsOf(name, labels, durations)).join('')}`;
}

function bucketsOf(name: string, labels: Labels, { counts, count, milliseconds }: Durations): string {
  let below = 0;
  const lines = latencyBounds.map((bound, index) => {
    below += counts[index] ?? 0;
    return `${name}_bucket${labelsOf({ ...labels, le: bound / 1000 })} ${below}\n`;
  });
  lines.push(`${name}_bucket${labelsOf({ ...labels, le: '+Inf' })} ${count}\n`);
  return `${lines.join('')}${name}_sum${labelsOf(labels)} ${milliseconds / 1000}\n${name}_count${labelsOf(labels)} ${count}\n`;
}

function labelsOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

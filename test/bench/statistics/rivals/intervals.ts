import { type ArmTotal, type LatencyHistogram, quantileOf } from '@laurel/domain';
import type { Recording } from './recording.js';

/** What a dashboard shows of one arm for one minute; NaN where it served nothing. */
export interface Minute {
  readonly second: number;
  readonly errorRate: number;
  readonly latencyP99: number;
}

export type Arm = 'champion' | 'challenger';

/** One arm of a recording, minute by minute. */
export function minutesOf(recording: Recording, arm: Arm): readonly Minute[] {
  const marks = recording.filter(({ second }) => second % 60 === 0);
  return marks.map((mark, index) => minute(mark.second, marks[index - 1]?.[arm], mark[arm]));
}

function minute(second: number, before: ArmTotal | undefined, now: ArmTotal): Minute {
  const requests = now.requests - (before?.requests ?? 0);
  const errors = now.errors - (before?.errors ?? 0);
  return {
    second,
    errorRate: errors / requests,
    latencyP99: quantileOf(difference(before?.latency ?? {}, now.latency), 0.99) ?? Number.NaN,
  };
}

function difference(before: LatencyHistogram, now: LatencyHistogram): LatencyHistogram {
  return Object.fromEntries(Object.entries(now).map(([bucket, count]) => [bucket, count - (before[bucket] ?? 0)]));
}

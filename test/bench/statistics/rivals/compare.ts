import { randomFrom, sampleQuantile } from '@laurel/domain';
import { tableText } from '../../markdown-table.js';
import { policies, type Verdict } from './policies.js';
import { cases, record } from './recording.js';

/** What one policy did with the recordings of one case. */
export interface Comparison {
  readonly case: string;
  readonly isBad: boolean;
  readonly policy: string;
  readonly recordings: number;
  readonly promoted: number;
  readonly rolledBack: number;
  /** Middle of the seconds to whatever it did. */
  readonly medianSeconds: number;
}

/** Judges `recordings` recordings of each case by every policy: the same traffic for all of them. */
export function compare(recordings: number, seed: number): readonly Comparison[] {
  return cases.flatMap((one, index) => {
    const random = randomFrom(seed + 104_729 * (index + 1));
    const recorded = Array.from({ length: recordings }, () => record(one, random));
    return policies.map(({ name, judge }) => {
      const verdicts = recorded.map(judge);
      const count = (say: Verdict['say']) => verdicts.filter((verdict) => verdict.say === say).length;
      const seconds = verdicts.map(({ second }) => second).toSorted((a, b) => a - b);
      return {
        case: one.name,
        isBad: one.isBad,
        policy: name,
        recordings,
        promoted: count('promoted'),
        rolledBack: count('rolledBack'),
        medianSeconds: sampleQuantile(seconds, 0.5),
      };
    });
  });
}

/** The comparison as Markdown; what is wrong is bold. */
export function comparisonMarkdown(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((one) => [
    one.case,
    one.policy,
    share(one.promoted, one.recordings, one.isBad),
    share(one.rolledBack, one.recordings, !one.isBad),
    share(one.recordings - one.promoted - one.rolledBack, one.recordings, false),
    minutes(one.medianSeconds),
  ]);
  return tableText([['challenger', 'policy', 'promoted', 'rolled back', 'held', 'after (median)'], ...rows]);
}

function share(count: number, of: number, isWrong: boolean): string {
  const text = `${Math.round((100 * count) / of)} %`;
  return isWrong && count > 0 ? `**${text}**` : text;
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}m ${Math.round(seconds % 60)}s`;
}

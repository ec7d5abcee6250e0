import { randomFrom } from '@laurel/domain';
import { aimsOf, outcomeOf } from '../../bench/statistics/report.js';
import { policies } from '../../bench/statistics/rivals/policies.js';
import { cases, lengthSeconds, record, tickSeconds } from '../../bench/statistics/rivals/recording.js';
import { rules } from '../../bench/statistics/rules.js';
import { runTrial } from '../../bench/statistics/trial.js';

const recordingOf = (name: string) => {
  const one = cases.find((item) => item.name === name);
  if (one === undefined) throw new Error(`there is no case ${name}`);
  return record(one, randomFrom(4));
};
const verdicts = (name: string) => {
  const recording = recordingOf(name);
  return Object.fromEntries(policies.map(({ name: policy, judge }) => [policy, judge(recording)]));
};

test('a recording grows to the end, across phases', () => {
  const recording = recordingOf('no difference, a dependency of both fails 3 % for six minutes');
  expect(recording.length).toBe(lengthSeconds / tickSeconds);
  expect(recording.at(-1)?.second).toBe(lengthSeconds);
  const counts = recording.map(({ champion }) => champion.requests);
  expect(counts.every((count, index) => count >= (counts[index - 1] ?? 0))).toBe(true);
  const [before, after] = [recording[119], recording[191]].map((snapshot) => snapshot?.champion.errors ?? 0);
  expect((after ?? 0) - (before ?? 0)).toBeGreaterThan(600);
});

test('thresholds turn an innocent challenger back when the champion fails as well; the judges that compare do not', () => {
  const {
    'Argo-style thresholds': argo,
    "Kayenta's judge": kayenta,
    "Laurel's guardrails": laurel,
  } = verdicts('no difference, a dependency of both fails 3 % for six minutes');
  expect(argo).toEqual({ say: 'rolledBack', second: 840 });
  expect(kayenta?.say).toBe('promoted');
  expect(laurel?.say).not.toBe('rolledBack');
});

test('a challenger that fails is turned back by all, by Laurel within a minute', () => {
  const all = verdicts('errors 0.2 % to 3 %');
  expect(Object.values(all).map(({ say }) => say)).toEqual(['rolledBack', 'rolledBack', 'rolledBack']);
  expect(all["Laurel's guardrails"]?.second).toBeLessThan(60);
});

test('a trial gives every rule the same users and the same trial again for the same seed', () => {
  const trial = { looks: 20, effect: 0.3 };
  const [first, second] = [runTrial(trial, rules, randomFrom(2)), runTrial(trial, rules, randomFrom(2))];
  expect(first).toEqual(second);
  expect(first.map(({ say }) => say)).toEqual(['promote', 'promote', 'promote']);
  expect(first[1]?.users).toBe(10_000);
});

test('an aim is missed when too many decisions are false', () => {
  const trial = { looks: 20, effect: 0 };
  const endings = (wrong: number) =>
    Array.from({ length: 100 }, (_, index) => ({ say: index < wrong ? 'promote' : 'continue', users: 500 }) as const);
  expect(aimsOf([outcomeOf(trial, 'Laurel', endings(5))])[0]).toMatchObject({ met: true });
  expect(aimsOf([outcomeOf(trial, 'Laurel', endings(6))])[0]).toMatchObject({ met: false });
  expect(aimsOf([outcomeOf(trial, 't-test at every look', endings(40))])).toEqual([]);
});

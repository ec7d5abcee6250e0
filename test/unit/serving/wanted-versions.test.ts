import type { Split, VersionRef } from '@laurel/domain';
import { answering, wantedVersions } from '../../../apps/serving/src/wanted-versions.js';
import { splitOf } from '../../support/serving-world.js';

const ref = (version: number): VersionRef => ({
  version,
  digest: `sha256:${String(version).repeat(64)}`,
  semver: `1.${version}.0`,
});
const [champion, challenger, other] = [ref(1), ref(2), ref(3)];
const shadow = { ...challenger, sample: 100 };
const wanted = (split: Split) => {
  const { main, aside } = wantedVersions([split], []);
  return { main: [...main], aside: [...aside] };
};

test('a challenger without weight that is shadowed is only needed aside', () => {
  expect(wanted(splitOf({ champion, challenger, weight: 0, shadow }))).toEqual({
    main: [champion.digest],
    aside: [challenger.digest],
  });
});

test('a challenger without weight and without a shadow is loaded for what comes next', () => {
  expect(wanted(splitOf({ champion, challenger, weight: 0 }))).toEqual({
    main: [champion.digest, challenger.digest],
    aside: [],
  });
});

test('a shadowed version that callers can reach is needed twice', () => {
  const both = { main: [champion.digest, challenger.digest], aside: [challenger.digest] };
  expect(wanted(splitOf({ champion, challenger, weight: 1, shadow }))).toEqual(both);
  const headers = [{ name: 'x-canary', match: { kind: 'exact' as const, value: 'yes' }, version: challenger }];
  expect(wanted({ ...splitOf({ champion, challenger, weight: 0, shadow }), headers })).toEqual(both);
});

test('a champion that is its own shadow still answers callers', () => {
  expect(answering(splitOf({ champion, shadow: { ...champion, sample: 10 } }))).toMatchObject([
    { digest: champion.digest },
  ]);
});

test('what is to be kept is loaded for callers, and what several splits name once', () => {
  const { main, aside } = wantedVersions(
    [splitOf({ champion }), splitOf({ champion, endpoint: 'other', shadow })],
    [other],
  );
  expect([...main]).toEqual([champion.digest, other.digest]);
  expect([...aside]).toEqual([challenger.digest]);
});

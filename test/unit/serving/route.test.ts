import type { Split } from '@laurel/domain';
import { countedArm } from '../../../apps/serving/src/predictions.js';
import { chooseRoute } from '../../../apps/serving/src/routing/route.js';

const champion = { version: 1, digest: `sha256:${'1'.repeat(64)}`, semver: '1.0.0' } as const;
const challenger = { version: 2, digest: `sha256:${'2'.repeat(64)}`, semver: '1.0.1' } as const;

const split: Split = {
  endpoint: 'churn',
  epoch: 3,
  fence: 7,
  incarnation: 7,
  arms: [
    { ...champion, role: 'champion', weight: 100 },
    { ...challenger, role: 'challenger', weight: 0 },
  ],
  shadow: null,
  stickyKey: null,
  salt: 'churn/7',
  baseline: null,
  headers: [
    { name: 'X-Team', match: { kind: 'exact', value: 'ml' }, version: challenger },
    { name: 'x-old', match: { kind: 'prefix', value: 'y' }, version: champion },
  ],
  appliedBy: 'test',
  appliedAt: '2026-11-30T12:00:00.000Z',
  reason: 'test',
};

function route(headers: { readonly [name: string]: string }, { allowed = true, loaded = true } = {}) {
  return chooseRoute(
    split,
    { version: null, stickyKey: null, header: (name) => headers[name] },
    { draw: 0.5, challenger: { allowed, isLoaded: (digest) => loaded || digest === champion.digest } },
  );
}

test('a header rule gives the challenger its requests at weight 0, and nobody else', () => {
  expect(route({ 'x-team': 'ml' })).toMatchObject({ arm: 'challenger', version: { version: 2 } });
  expect(route({ 'x-team': 'mlops' })).toMatchObject({ arm: 'champion', version: { version: 1 } });
  expect(route({})).toMatchObject({ arm: 'champion' });
});

test('a challenger that is refused or not loaded gets no requests by header either', () => {
  expect(route({ 'x-team': 'ml' }, { allowed: false })).toMatchObject({ arm: 'champion' });
  expect(route({ 'x-team': 'ml' }, { loaded: false })).toMatchObject({ arm: 'champion' });
});

test('a rule to the champion holds although the challenger is refused', () => {
  expect(route({ 'x-old': 'yes' }, { allowed: false })).toMatchObject({ arm: 'champion', byHeader: true });
});

test('requests that chose their version by a header are counted with no arm that is compared', () => {
  expect(countedArm(route({ 'x-team': 'ml' }))).toBe('pinned');
  expect(countedArm(route({ 'x-old': 'yes' }))).toBe('pinned');
  expect(countedArm(route({}))).toBe('champion');
});

import type { Split, VersionRef } from '@laurel/domain';
import { chooseRoute } from '../../../apps/serving/src/routing/route.js';
import { splitOf } from '../../support/serving-world.js';

const version = (number: number): VersionRef => ({
  version: number,
  digest: `sha256:${String(number).repeat(64)}`,
  semver: `1.${number}.0`,
});
const policy = {
  sla: { latencyMilliseconds: 50, confidence: null },
  batching: { maximumRows: 64 },
  log: { durability: 'relaxed', sample: 100, redact: [] },
} as const;

function chosen(split: Split, routed: string | undefined, { allowed = true, draw = 0.99 } = {}) {
  const header = (name: string) => (name === 'x-laurel-routed-version' ? routed : undefined);
  const challenger = { allowed, isLoaded: () => true };
  const { arm, version: answering } = chooseRoute(
    split,
    { version: null, stickyKey: null, header },
    { draw, challenger },
  );
  return [arm, answering.version];
}

const canary = splitOf({
  champion: version(1),
  challenger: version(2),
  weight: 10,
  policy: { ...policy, isRouted: true },
});

test('a router in front chooses among the arms of the split', () => {
  expect(chosen(canary, '2')).toEqual(['challenger', 2]);
  expect(chosen(canary, '1', { draw: 0 })).toEqual(['champion', 1]);
});

test('a router that is late sends nobody to a version that was taken back', () => {
  const back = splitOf({ champion: version(1), policy: { ...policy, isRouted: true } });
  expect(chosen(back, '2')).toEqual(['champion', 1]);
  const loaded = splitOf({
    champion: version(1),
    challenger: version(2),
    weight: 0,
    policy: { ...policy, isRouted: true },
  });
  expect(chosen(loaded, '2')).toEqual(['champion', 1]);
});

test('nor to a challenger that this process refuses', () => {
  expect(chosen(canary, '2', { allowed: false })).toEqual(['champion', 1]);
});

test('requests that came past the router are divided by weight', () => {
  expect(chosen(canary, undefined, { draw: 0 })).toEqual(['challenger', 2]);
  expect(chosen(canary, 'x', { draw: 0.99 })).toEqual(['champion', 1]);
});

test('without a router the header is any other header', () => {
  const plain = splitOf({ champion: version(1), challenger: version(2), weight: 10, policy });
  expect(chosen(plain, '2')).toEqual(['champion', 1]);
});

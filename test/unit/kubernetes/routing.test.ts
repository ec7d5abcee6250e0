import type { KserveRouterSpec, Split, VersionRef } from '@laurel/domain';
import type { LiveObject } from '../../../libs/kubernetes/src/api/objects.js';
import { inferenceServiceParts } from '../../../libs/kubernetes/src/routing/inference-service.js';
import { virtualServiceSpec } from '../../../libs/kubernetes/src/routing/istio.js';
import { splitOf } from '../../support/serving-world.js';

const version = (number: number): VersionRef => ({
  version: number,
  digest: `sha256:${String(number).repeat(64)}`,
  semver: `1.${number}.0`,
});
const kserve: KserveRouterSpec = {
  kind: 'kserve',
  namespace: 'ml',
  storageUri: 's3://models/v{version}',
  onConflict: 'report',
};

/** What KServe is told, split after split; the annotations stay with the object. */
function toldKserve(splits: readonly Split[]) {
  let live: LiveObject | undefined;
  return splits.map((split) => {
    const { spec, annotations } = inferenceServiceParts(split, kserve, live);
    live = { metadata: { name: 'churn', resourceVersion: '1', uid: 'u', annotations }, spec };
    return [spec.predictor.model.storageUri, spec.predictor.canaryTrafficPercent ?? null];
  });
}

const only = (number: number) => splitOf({ champion: version(number) });
const canary = (weight: number, challenger = 2) =>
  splitOf({ champion: version(1), challenger: version(challenger), weight });

test('KServe: the challenger is the newest revision, and crowning takes its percentage away', () => {
  expect(toldKserve([only(1), canary(0), canary(25), only(2)])).toEqual([
    ['s3://models/v1', null],
    ['s3://models/v2', 0],
    ['s3://models/v2', 25],
    ['s3://models/v2', null],
  ]);
});

test('KServe: going back is percentage 0, at once and for as long as it stays, never a third revision', () => {
  expect(toldKserve([only(1), canary(25), only(1), only(1), canary(5, 3)])).toEqual([
    ['s3://models/v1', null],
    ['s3://models/v2', 25],
    ['s3://models/v2', 0],
    ['s3://models/v2', 0],
    ['s3://models/v3', 5],
  ]);
});

test('KServe: the champion before a crowned one is named again, for its revision had its share', () => {
  expect(toldKserve([only(1), canary(25), only(2), only(1)]).at(-1)).toEqual(['s3://models/v1', null]);
});

test('Istio: header rules come first in their order, and copies are made only where the router shall make them', () => {
  const spec = {
    kind: 'istio',
    namespace: 'ml',
    service: 'laurel-serving',
    port: 8480,
    gateways: [],
    versionLabel: null,
    shadow: 'serving',
    status: false,
    onConflict: 'report',
  } as const;
  const rule = (name: string) => ({ name, match: { kind: 'prefix', value: 'a' }, version: version(2) }) as const;
  const shadowed = splitOf({ champion: version(1), shadow: { ...version(2), sample: 20 } });
  const split = { ...shadowed, headers: [rule('X-One'), rule('X-Two')] };
  const { http } = virtualServiceSpec(split, spec);
  expect(http.map(({ match }) => match)).toEqual([
    [{ headers: { 'x-one': { prefix: 'a' } } }],
    [{ headers: { 'x-two': { prefix: 'a' } } }],
    undefined,
  ]);
  expect(http.some(({ mirror }) => mirror !== undefined)).toBe(false);
  const mirrored = virtualServiceSpec(split, { ...spec, shadow: 'router' });
  expect(mirrored.http.at(-1)).toMatchObject({
    mirror: { host: 'laurel-serving', port: { number: 8480 } },
    mirrorPercentage: { value: 20 },
  });
});

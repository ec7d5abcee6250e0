import { type Arm, bucketOf, chooseArm, fnv1a32 } from '@laurel/domain';
import * as fc from 'fast-check';

const digest = `sha256:${'a'.repeat(64)}` as const;

function splitWith(weight: number): { arms: readonly Arm[]; salt: string } {
  return {
    salt: 'churn/3',
    arms: [
      { version: 1, digest, semver: '1.0.0', role: 'champion', weight: 100 - weight },
      { version: 2, digest, semver: '1.1.0', role: 'challenger', weight },
    ],
  };
}

test.each([
  ['', 2_166_136_261],
  ['a', 3_826_002_220],
  ['foobar', 3_214_735_720],
])('FNV-1a of "%s" is %d', (text, hash) => {
  expect(fnv1a32(text)).toBe(hash);
});

test('FNV-1a runs over UTF-8 bytes, whatever the script', () => {
  const anyText = fc
    .array(fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff))
    .map((codes) => String.fromCodePoint(...codes));
  const encoder = new TextEncoder();
  const overBytes = (text: string) =>
    encoder.encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), 2_166_136_261) >>> 0;
  fc.assert(
    fc.property(anyText, (text) => {
      expect(fnv1a32(text)).toBe(overBytes(text));
    }),
  );
});

test.each([
  ['seed', 'a', 505],
  ['seed', 'b', 2696],
  ['foo', 'ab', 2575],
  ['foo', 'def', 2019],
  ['89123klj', '8952klfjas09ujkasdf', 1240],
  ['90850943850283058242805', '123', 7516],
])('the bucket of salt "%s" and key "%s" is the one of GrowthBook version 2', (salt, key, bucket) => {
  expect(bucketOf({ salt, key })).toBe(bucket);
});

test('a growing weight moves nobody out of the challenger', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (key, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        if (chooseArm(splitWith(less), key, 0).role === 'challenger') {
          expect(chooseArm(splitWith(more), key, 0.5).role).toBe('challenger');
        }
      },
    ),
  );
});

test('the shares of many keys are the weights', () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `customer-${index}`);
  const share = keys.filter((key) => chooseArm(splitWith(25), key, 0).role === 'challenger').length / keys.length;
  expect(share).toBeGreaterThan(0.23);
  expect(share).toBeLessThan(0.27);
});

test('without a key the draw decides, and the challenger owns its low end', () => {
  expect(chooseArm(splitWith(5), null, 0.0499).role).toBe('challenger');
  expect(chooseArm(splitWith(5), null, 0.0501).role).toBe('champion');
  expect(chooseArm(splitWith(0), null, 0).role).toBe('champion');
  expect(chooseArm(splitWith(100), null, 0.999_999).role).toBe('challenger');
});

test('a lone arm answers everything, and no arm is refused', () => {
  const [, challenger] = splitWith(100).arms;
  expect(chooseArm({ salt: 's', arms: challenger === undefined ? [] : [challenger] }, null, 0.9).version).toBe(2);
  expect(() => chooseArm({ salt: 's', arms: [] }, null, 0.9)).toThrow('without arms');
});

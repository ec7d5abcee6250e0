import * as fc from 'fast-check';
import { JsonCursor } from '../../../../apps/serving/src/json/json-cursor.js';

const valueOf = (bytes: Buffer | string) => {
  const cursor = new JsonCursor(Buffer.from(bytes as string));
  const value = cursor.value();
  cursor.end();
  return value;
};

test('any value of JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(valueOf(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 3_000, seed: 4 },
  );
});

test('what JSON.parse refuses is refused, and the other way round but for what is said in the next test', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '1',
    '-0',
    '1e2',
    'true',
    'null',
    ' ',
    '"',
    '\\',
    '"\\n"',
    '-',
    '.5',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => {
      const text = parts.join('');
      const accepts = (read: () => unknown) => {
        try {
          read();
          return true;
        } catch {
          return false;
        }
      };
      const repeats = /"(a|b)".*:.*"\1".*:/s.test(text);
      if (!repeats) expect(accepts(() => valueOf(text))).toBe(accepts(() => JSON.parse(text)));
    }),
    { numRuns: 20_000, seed: 4 },
  );
});

test.each([
  ['a key that comes twice', '{"a":1,"a":2}', 'the key "a" comes twice'],
  ['depth', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'nested deeper than 32'],
  ['depth of objects', '{"a":'.repeat(50_000), 'nested deeper than 32'],
  ['a byte order mark', '\ufeff{}', 'a value is missing'],
  ['a lone surrogate', '"\\udc00"', 'half a surrogate pair'],
  ['a number that no double holds', '1e999', 'too large'],
])('%s is refused', (_, text, message) => {
  expect(() => valueOf(text)).toThrow(
    expect.objectContaining({ code: 'InvalidInput', message: expect.stringContaining(message) }) as Error,
  );
});

test('__proto__ is a key like any other', () => {
  const value = valueOf('{"__proto__": {"polluted": true}}') as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

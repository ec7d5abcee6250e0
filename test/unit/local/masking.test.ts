import * as fc from 'fast-check';
import { createMask, secretValues } from '../../../libs/local/bin/masking.mjs';

test.each([
  ['AWS_SECRET_ACCESS_KEY=abc/123+x', 'AWS_SECRET_ACCESS_KEY=***'],
  ['export HF_TOKEN="hf_abc def"', 'export HF_TOKEN="***"'],
  ["environ({'DB_PASSWORD': 'p w', 'HOME': '/root'})", "environ({'DB_PASSWORD': '***', 'HOME': '/root'})"],
  ['{"apiKey":"abc","step":3}', '{"apiKey":"***","step":3}'],
  ['clientSecret: abc, next: 1', 'clientSecret: ***, next: 1'],
  ['postgres://laurel:pw@localhost:5432/db', 'postgres://laurel:***@localhost:5432/db'],
  ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: Bearer ***'],
])('%s is shown as %s', (line, shown) => {
  expect(createMask([])(line)).toBe(shown);
});

test.each([
  'tokens: 512, max_token=1e6',
  'Tokenizer: loading',
  'step 3 of 10, loss=0.5',
  '{"laurel":"progress","step":1,"metrics":{"tokens":12}}',
  'see https://example.com/a:b@c',
  '{"use_auth_token":false}',
])('%s is shown as it is', (line) => {
  expect(createMask([])(line)).toBe(line);
});

test('a value that is known to be secret is hidden wherever it stands, also escaped in JSON and line by line', () => {
  const mask = createMask(['line "one"\nsecond line']);
  expect(mask(`key: ${JSON.stringify('line "one"\nsecond line')}`)).not.toContain('one');
  expect(mask('it said second line.')).toBe('it said ***.');
});

test('no known secret survives, and a line of JSON stays JSON', () => {
  const secret = fc.string({ minLength: 6, maxLength: 20 }).filter((text) => !'***'.includes(text));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const mask = createMask([value]);
      expect(mask(`${before}${value}${after}`)).not.toContain(value);
      const json = mask(JSON.stringify({ laurel: 'warning', password: value, message: `${before}${value}` }));
      expect(JSON.parse(json)).toMatchObject({ laurel: 'warning' });
    }),
  );
});

test('secret variables are found by their names, and passwords in addresses', () => {
  const found = secretValues({
    AWS_SECRET_ACCESS_KEY: 'abc',
    LAUREL_DATABASE_URL: 'postgres://laurel:p%40ss@localhost/laurel',
    HF_TOKEN: '',
    HOME: '/root',
    LAUREL_OBJECT_STORE: 'file:///objects',
    UNSET_TOKEN: undefined,
  });
  expect(found).toEqual(['abc', 'p%40ss', 'p@ss']);
});

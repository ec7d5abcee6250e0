import { execFileSync } from 'node:child_process';
import { type JsonValue, pythonJson } from '@laurel/dvc';
import {
  array,
  assert,
  boolean,
  constant,
  dictionary,
  double,
  integer,
  letrec,
  oneof,
  property,
  sample,
  string,
} from 'fast-check';

test.each([
  ['a', '"a"'],
  ['é\u007f😀\u2028', '"\\u00e9\\u007f\\ud83d\\ude00\\u2028"'],
  ['"\\/\n\r\t\b\f\u0001', '"\\"\\\\/\\n\\r\\t\\b\\f\\u0001"'],
  [0.1, '0.1'],
  [2, '2'],
  [-0, '-0.0'],
  [1e-7, '1e-07'],
  [1.5e-5, '1.5e-05'],
  [0.0001, '0.0001'],
  [1e16, '1e+16'],
  [9_007_199_254_740_991, '9007199254740991'],
  [1.5e300, '1.5e+300'],
  [[], '[]'],
  [{}, '{}'],
  [{ b: [1, null, true], a: { '｡': 1, '😀': 2 } }, '{"a": {"\\uff61": 1, "\\ud83d\\ude00": 2}, "b": [1, null, true]}'],
] satisfies readonly (readonly [JsonValue, string])[])('%j is %s', (value, text) => {
  expect(pythonJson(value)).toBe(text);
});

/** Every value that JSON keeps: no whole number beyond the safe ones, which Python would read as another kind. */
const values = letrec<{ value: JsonValue }>((tie) => ({
  value: oneof(
    { depthSize: 'small' },
    string({ unit: 'binary', maxLength: 12 }),
    double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
    integer(),
    boolean(),
    constant(null),
    array(tie('value'), { maxLength: 4 }),
    dictionary(string({ unit: 'binary', maxLength: 6 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const python = process.env['LAUREL_PYTHON'] ?? 'python3';

test('any value has the form that Python gives it', () => {
  const some = sample(values, 400);
  const script = 'import json, sys\nfor line in sys.stdin:\n    print(json.dumps(json.loads(line), sort_keys=True))';
  const input = some.map((value) => `${JSON.stringify(value)}\n`).join('');
  const said = execFileSync(python, ['-c', script], { input, encoding: 'utf8' }).trimEnd().split('\n');
  expect(said).toHaveLength(some.length);
  expect(some.map(pythonJson)).toEqual(said);
});

test('the form reads back as the value', () => {
  assert(property(values, (value) => expect(JSON.parse(pythonJson(value))).toEqual(value)));
});

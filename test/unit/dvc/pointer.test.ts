import { parsePointer, pointerText } from '@laurel/dvc';
import { assert, boolean, constantFrom, nat, property, record, string } from 'fast-check';

const hexDigits = Array.from('0123456789abcdef');
const md5 = '289aa24b8bb9ae5005fd8183169d0835';

test('a pointer has the text that dvc add writes', () => {
  expect(pointerText({ path: 'data', md5, directory: true, size: 9, nfiles: 6 })).toBe(
    `outs:\n- md5: ${md5}.dir\n  size: 9\n  nfiles: 6\n  hash: md5\n  path: data\n`,
  );
  expect(pointerText({ path: 'a b.csv', md5: 'a4f92ec3d78ed1ee2c736947b0b92007', directory: false, size: 10 })).toBe(
    'outs:\n- md5: a4f92ec3d78ed1ee2c736947b0b92007\n  size: 10\n  hash: md5\n  path: a b.csv\n',
  );
});

test('md5, hash and path are enough', () => {
  expect(parsePointer(`outs:\n- md5: ${md5}.dir\n  hash: md5\n  path: data\n`, 'x.dvc')).toEqual({
    path: 'data',
    md5,
    directory: true,
  });
});

test('what else a pointer may say is passed over, and wdir moves the path', () => {
  const text = `md5: aa\nfrozen: true\ndesc: some\nwdir: in/here\ndeps: []\nmeta: {a: 1}\nouts:\n- md5: ${md5}\n  hash: md5\n  path: x.csv\n  cache: true\n  remote: other\n  cloud: {s3: {etag: a}}\n`;
  expect(parsePointer(text, 'x.dvc')).toEqual({ path: 'in/here/x.csv', md5, directory: false, remote: 'other' });
});

test('any name and digest read back', () => {
  const names = string({ unit: 'binary', minLength: 1 }).filter((name) => !/[/\\\0]|^\.{1,2}$/.test(name));
  const digests = string({ unit: constantFrom(...hexDigits), minLength: 32, maxLength: 32 });
  const outputs = record({ path: names, md5: digests, directory: boolean(), size: nat(), nfiles: nat() });
  assert(property(outputs, (output) => expect(parsePointer(pointerText(output), 'x.dvc')).toEqual(output)));
});

const pointer = (fields: string) => `outs:\n- {${fields}}\n`;

test.each([
  ['of DVC 2', pointer(`md5: ${md5}, path: data`), 'has no "hash: md5", so it is of DVC 2'],
  ['of another hash', pointer(`md5: ${md5}, hash: etag, path: data`), 'its hash is "etag"; only md5 is read'],
  ['with a short digest', pointer('md5: abc, hash: md5, path: data'), 'is not 32 hex digits'],
  ['without a digest', pointer('hash: md5, path: data'), 'is not 32 hex digits'],
  ['of versioned files', pointer('hash: md5, path: data, files: []'), 'is not 32 hex digits'],
  ['without a path', pointer(`md5: ${md5}, hash: md5`), 'has no path'],
  ['out of its folder', pointer(`md5: ${md5}, hash: md5, path: ../data`), 'may not lead out of its folder'],
  ['to an absolute path', pointer(`md5: ${md5}, hash: md5, path: /etc/passwd`), 'may not lead out of its folder'],
  ['with a wdir out of its folder', `wdir: ../..\n${pointer(`md5: ${md5}, hash: md5, path: a`)}`, 'may not lead out'],
  ['without outputs', 'deps: []\n', 'it names no outputs'],
  ['with two outputs', `outs: [{md5: ${md5}, hash: md5, path: a}, {}]\n`, 'it names 2 outputs'],
  ['that is a list', '- a\n', 'this is no file of DVC'],
  ['that is no YAML', 'outs: [\n', 'this is not valid YAML'],
])('a pointer %s is refused in one sentence', (_, text, message) => {
  expect(() => parsePointer(text, 'x.dvc')).toThrow(
    expect.objectContaining({
      code: 'DataUnreadable',
      message: expect.stringMatching(new RegExp(`^x\\.dvc: [^\n]*\\.$`)) as string,
    }) as Error,
  );
  expect(() => parsePointer(text, 'x.dvc')).toThrow(message);
});

import { createHash } from 'node:crypto';
import { directoryObject, parseDirectoryObject } from '@laurel/dvc';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Relative paths and contents whose listing DVC 3.67.1 was seen to write. */
const files: readonly (readonly [relpath: string, content: string, md5: string])[] = [
  ['1.txt', 'one', 'f97c5d29941bfb1b2fdab0874906ab82'],
  ['empty', '', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['sub/2.txt', 'two', 'b8a9f715dbb64fd5c56e7783c6820a61'],
  ['é.txt', 'u', '7b774effe4a349c6dd82ad4f4f21d34c'],
  ['｡.txt', 'z', 'fbade9e36a3f36d3d676c1b808451dd7'],
  ['😀.txt', 'e', 'e1671797c52e15f763380b45e841ec32'],
];

const entries = files.map(([relpath, content]) => ({ relpath, md5: md5(content) }));

test('the hash of a directory is that of DVC, in whatever order its files come', () => {
  expect(entries.map((entry) => entry.md5)).toEqual(files.map(([, , expected]) => expected));
  expect(directoryObject(entries).md5).toBe('289aa24b8bb9ae5005fd8183169d0835');
  expect(directoryObject([...entries].reverse()).md5).toBe('289aa24b8bb9ae5005fd8183169d0835');
});

test('a listing reads back as what it was written from', () => {
  const { bytes } = directoryObject(entries);
  expect(parseDirectoryObject(bytes, 'here')).toEqual(entries);
});

const entry = (relpath: string) => ({ md5: 'd41d8cd98f00b204e9800998ecf8427e', relpath });

const refusals: readonly (readonly [what: string, message: string, text: string])[] = [
  ['no JSON', 'here: this is no listing of a directory; run dvc add and dvc push again.', '{'],
  ['a mapping', 'here: this is no listing of a directory; run dvc add and dvc push again.', '{}'],
  ['an entry without a digest', 'lacks a relpath or an md5', '[{"relpath": "a"}]'],
  ['a digest in capitals', 'lacks a relpath or an md5', `[{"relpath": "a", "md5": "${'A'.repeat(32)}"}]`],
  ['null', 'lacks a relpath or an md5', '[null]'],
  ['the same path twice', 'here: it lists "a" twice; run dvc add again.', JSON.stringify([entry('a'), entry('a')])],
  ['a path in a file', 'here: "a/b" lies in what is also a file.', JSON.stringify([entry('a'), entry('a/b')])],
  ...['../a', '/a', 'a/../../b', 'a//b', './a', '', 'a\\b', 'a\0'].map(
    (relpath) => [`the path ${JSON.stringify(relpath)}`, 'may not lead out', JSON.stringify([entry(relpath)])] as const,
  ),
];

test.each(refusals)('a listing with %s is refused', (_, message, text) => {
  expect(() => parseDirectoryObject(Buffer.from(text), 'here')).toThrow(
    expect.objectContaining({ code: 'DataUnreadable', message: expect.stringContaining(message) as string }) as Error,
  );
});

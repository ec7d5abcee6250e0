import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackageReader, createPackages, listKeys, openKeyring, openKeys, rotateKeys } from '@laurel/packages';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';

const draft = draftOf(buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] }), 'churn');
const files = { 'model.onnx': new TextEncoder().encode('a model') };

let root: string;
let keys: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-keys-'));
  keys = join(root, 'keys');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const publish = async (run: string) =>
  createPackages({ objectStore: createDirectoryStore({ root }), keys: await openKeys(keys) }).publish(
    { ...draft, run },
    files,
  );

test('after a rotation a new key signs, and what the old one signed still opens', async () => {
  const before = await publish('1'.repeat(32));
  const { retired, current } = await rotateKeys(keys);
  const after = await publish('2'.repeat(32));
  const reader = createPackageReader({ objectStore: createDirectoryStore({ root }), keyring: openKeyring(keys) });
  expect((await reader.verify(before)).signedBy).toBe(retired);
  expect((await reader.verify(after)).signedBy).toBe(current);
  expect(await listKeys(keys)).toEqual([
    expect.objectContaining({ keyId: current, signs: true }),
    expect.objectContaining({ keyId: retired, signs: false }),
  ]);
});

test('what a key signed that is trusted no more does not open', async () => {
  const before = await publish('1'.repeat(32));
  const { retired } = await rotateKeys(keys);
  await rm(join(keys, `${retired}.pub.pem`));
  const reader = createPackageReader({ objectStore: createDirectoryStore({ root }), keyring: openKeyring(keys) });
  await expect(reader.open(before)).rejects.toMatchObject({ code: 'PackageTampered' });
});

test('a rotation that was cut off before the new key was made ends when it is called again', async () => {
  const { keyId: first } = await openKeys(keys);
  await rm(join(keys, 'signing.pem'));
  const { retired, current } = await rotateKeys(keys);
  expect(retired).toBe(first);
  expect(current).not.toBe(first);
  expect((await readdir(keys)).toSorted()).toEqual([`${first}.pub.pem`, 'signing.pem', 'signing.pub.pem'].toSorted());
});

test('a first rotation in an empty folder makes a key', async () => {
  expect(await rotateKeys(keys)).toEqual({ retired: null, current: (await openKeys(keys)).keyId });
});

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryStore } from '@laurel/objectstore';
import { createKeys, createPackageReader, createPackages, openKeyring, openKeys } from '@laurel/packages';
import type { ObjectStore } from '@laurel/ports';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const files = { 'model.onnx': bytesOf('a model'), MLmodel: bytesOf('flavors: {}') };
const draft = draftOf(buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] }), 'churn');

describe('signed packages in a directory', () => {
  let root: string;
  let objectStore: ObjectStore;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'laurel-packages-'));
    objectStore = createDirectoryStore({ root });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const manifestAt = (digest: string) => join(root, 'packages', digest.replace(':', '/'), 'manifest.json');

  test('a published package opens with its manifest and its bytes', async () => {
    const packages = createPackages({ objectStore, keys: createKeys() });
    const digest = await packages.publish(draft, files);
    const opened = await packages.open(digest);
    expect(opened.manifest).toMatchObject({ protocol: '1', name: 'churn', run: draft.run });
    expect(opened.manifest.files.map(({ path }) => path)).toEqual(['MLmodel', 'model.onnx', 'sbom.json']);
    expect(await opened.read('model.onnx')).toEqual(files['model.onnx']);
    await expect(opened.read('absent')).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('publishing the same draft and files again gives the same digest', async () => {
    const packages = createPackages({ objectStore, keys: createKeys() });
    const reordered = { MLmodel: files.MLmodel, 'model.onnx': files['model.onnx'] };
    expect(await packages.publish(draft, reordered)).toBe(await packages.publish(draft, files));
  });

  test('an edited manifest is refused', async () => {
    const packages = createPackages({ objectStore, keys: createKeys() });
    const digest = await packages.publish(draft, files);
    const text = await readFile(manifestAt(digest), 'utf8');
    await writeFile(manifestAt(digest), text.replace('"name":"churn"', '"name":"other"'));
    await expect(packages.open(digest)).rejects.toMatchObject({ code: 'PackageTampered' });
  });

  test('a changed model file is refused when it is read', async () => {
    const packages = createPackages({ objectStore, keys: createKeys() });
    const opened = await packages.open(await packages.publish(draft, files));
    const sha256 = opened.manifest.files.find(({ path }) => path === 'model.onnx')?.sha256 ?? '';
    await writeFile(join(root, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)), 'b model');
    await expect(opened.read('model.onnx')).rejects.toMatchObject({ code: 'PackageTampered' });
  });

  test('a package signed by a stranger, or by nobody, is refused', async () => {
    const digest = await createPackages({ objectStore, keys: createKeys() }).publish(draft, files);
    const mine = createPackages({ objectStore, keys: createKeys() });
    await expect(mine.open(digest)).rejects.toMatchObject({ code: 'PackageTampered' });
    await rm(manifestAt(digest).replace('.json', '.sig'));
    await expect(mine.open(digest)).rejects.toMatchObject({ code: 'PackageTampered' });
  });

  test('a file path that leaves the package is refused', async () => {
    const packages = createPackages({ objectStore, keys: createKeys() });
    const evil = packages.publish(draft, { '../evil': bytesOf('x') });
    await expect(evil).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test('processes that start at once share one key, readable by its owner only', async () => {
    const folder = join(root, 'keys');
    const opened = await Promise.all(Array.from({ length: 8 }, () => openKeys(folder)));
    expect(new Set(opened.map(({ keyId }) => keyId)).size).toBe(1);
    expect((await stat(join(folder, 'signing.pem'))).mode & 0o777).toBe(0o600);
  });

  test('a reader needs no private key and finds a key made after it started', async () => {
    const folder = join(root, 'keys');
    const reader = createPackageReader({ objectStore, keyring: openKeyring(folder) });
    const digest = await createPackages({ objectStore, keys: await openKeys(folder) }).publish(draft, files);
    await rm(join(folder, 'signing.pem'));
    expect((await reader.open(digest)).digest).toBe(digest);
  });

  test('a retired key still opens what it signed', async () => {
    const folder = join(root, 'keys');
    const old = await openKeys(folder);
    const digest = await createPackages({ objectStore, keys: old }).publish(draft, files);
    await writeFile(join(folder, '2025.pub.pem'), await readFile(join(folder, 'signing.pub.pem')));
    await rm(join(folder, 'signing.pem'));
    await rm(join(folder, 'signing.pub.pem'));
    const renewed = await openKeys(folder);
    expect(renewed.keyId).not.toBe(old.keyId);
    expect((await createPackages({ objectStore, keys: renewed }).open(digest)).digest).toBe(digest);
  });
});

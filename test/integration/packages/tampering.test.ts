import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, randomFrom } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createKeys, createPackages } from '@laurel/packages';
import type { Packages } from '@laurel/ports';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';

const tries = 500;
const spec = { inputs: ['tenure'], bias: 0, classes: ['No', 'Yes'] };
const older = buildClassifier({ ...spec, weights: [-1] });
const newer = buildClassifier({ ...spec, weights: [-2] });
const proofs = ['manifest.json', 'manifest.sig', 'attestation.json'];
const bytesOf = (text: string) => new TextEncoder().encode(text);
const described = { MLmodel: bytesOf('flavors: {}'), 'environment.lock': bytesOf('numpy==2.4.1\n') };

let root: string;
let packages: Packages;
let digests: { readonly older: Digest; readonly newer: Digest };
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-tampering-'));
  packages = createPackages({ objectStore: createDirectoryStore({ root }), keys: createKeys() });
  digests = {
    older: await packages.publish(draftOf(older, 'older'), { 'model.onnx': older.model, ...described }),
    newer: await packages.publish(draftOf(newer, 'newer'), { 'model.onnx': newer.model, ...described }),
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const at = (digest: Digest, name: string) => join(root, 'packages', digest.replace(':', '/'), name);

/** What a serving process does before a version may answer. */
async function load(digest: Digest): Promise<Uint8Array> {
  return (await packages.open(digest)).read('model.onnx');
}

async function expectRefusal(digest: Digest, what: string): Promise<void> {
  const refusal = expect.objectContaining({ code: 'PackageTampered' });
  const outcome = async (attempt: Promise<unknown>) => ({ what, said: await attempt.catch((error: unknown) => error) });
  expect(await outcome(load(digest))).toEqual({ what, said: refusal });
  expect(await outcome(packages.verify(digest))).toEqual({ what, said: refusal });
}

/** Every file on disk that belongs to the newer package. */
async function filesOfNewer(): Promise<readonly string[]> {
  const { manifest } = await packages.open(digests.newer);
  const stored = await readdir(root, { recursive: true });
  const objects = manifest.files.map(({ sha256 }) => stored.find((path) => path.replaceAll('/', '').endsWith(sha256)));
  return [...proofs.map((name) => at(digests.newer, name)), ...objects.map((path) => join(root, path ?? 'absent'))];
}

test(`a byte flipped anywhere in a package is refused at load and at verification, ${tries} times of ${tries}`, async () => {
  const random = randomFrom(20_260_131);
  const files = await filesOfNewer();
  for (let attempt = 0; attempt < tries; attempt++) {
    const file = files[attempt % files.length] ?? '';
    const bytes = await readFile(file);
    const place = random.nextInt(bytes.length);
    const flipped = Buffer.from(bytes);
    flipped[place] = (bytes[place] ?? 0) ^ (1 << random.nextInt(8));
    await rm(file);
    await writeFile(file, flipped);
    await expectRefusal(digests.newer, `byte ${place} of ${file}`);
    await rm(file);
    await writeFile(file, bytes);
  }
  expect(await load(digests.newer)).toEqual(newer.model);
}, 120_000);

test('an older signed package in the place of a newer one, whole or in part, is refused', async () => {
  for (const swapped of [proofs, ...proofs.map((name) => [name])]) {
    const kept = await Promise.all(swapped.map((name) => readFile(at(digests.newer, name))));
    for (const name of swapped) {
      await rm(at(digests.newer, name));
      await copyFile(at(digests.older, name), at(digests.newer, name));
    }
    await expectRefusal(digests.newer, swapped.join(', '));
    for (const [index, name] of swapped.entries()) {
      await rm(at(digests.newer, name));
      await writeFile(at(digests.newer, name), kept[index] ?? '');
    }
  }
  expect(await load(digests.newer)).toEqual(newer.model);
});

test('signature and attestation made with a key that nobody trusts are refused, one by one and together', async () => {
  const elsewhere = join(root, 'elsewhere');
  const stranger = createPackages({ objectStore: createDirectoryStore({ root: elsewhere }), keys: createKeys() });
  const same = await stranger.publish(draftOf(newer, 'newer'), { 'model.onnx': newer.model, ...described });
  expect(same).toBe(digests.newer);
  for (const name of proofs.slice(1)) {
    await rm(at(digests.newer, name));
    await copyFile(join(elsewhere, 'packages', same.replace(':', '/'), name), at(digests.newer, name));
    await expectRefusal(digests.newer, name);
  }
});

test('a proof that is gone is refused', async () => {
  for (const name of proofs.slice(1)) {
    const bytes = await readFile(at(digests.newer, name));
    await rm(at(digests.newer, name));
    await expectRefusal(digests.newer, name);
    await writeFile(at(digests.newer, name), bytes);
  }
});

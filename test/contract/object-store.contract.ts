import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const digestOf = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const absent: Digest = `sha256:${'0'.repeat(64)}`;

/** A store under test, and a way to damage what it holds. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Replaces the stored bytes of `digest` behind the store's back. */
  damage(digest: Digest, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the port `ObjectStore` must do. */
export function objectStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an object store`, () => {
    let world: StoreUnderTest;
    let store: ObjectStore;
    let folder: string;

    beforeAll(async () => {
      world = await open();
      store = world.store;
      folder = await mkdtemp(join(tmpdir(), 'laurel-store-'));
    });
    afterAll(async () => {
      await world?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('bytes come back under the digest of their content', async () => {
      const bytes = bytesOf('an apple');
      const digest = await store.put(bytes);
      expect(digest).toBe(digestOf(bytes));
      expect(await store.get(digest)).toEqual(bytes);
      expect(await store.has(digest)).toBe(true);
    });

    test('the empty object is an object', async () => {
      const digest = await store.put(new Uint8Array(0));
      expect((await store.get(digest)).byteLength).toBe(0);
    });

    test('putting the same bytes twice, also at once, is harmless', async () => {
      const bytes = randomBytes(100_000);
      const digests = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)));
      expect(new Set(digests)).toEqual(new Set([digestOf(bytes)]));
      expect(Buffer.compare(await store.get(digestOf(bytes)), bytes)).toBe(0);
    });

    test('an object nobody stored is absent, and asking for it is NotFound', async () => {
      expect(await store.has(absent)).toBe(false);
      await expect(store.get(absent)).rejects.toMatchObject({ code: 'NotFound' });
      await expect(store.getFile(absent, join(folder, 'absent'))).rejects.toMatchObject({ code: 'NotFound' });
      expect(await readdir(folder)).not.toContain('absent');
    });

    test('a file goes in and comes out whole', async () => {
      const bytes = randomBytes(3_000_000);
      await writeFile(join(folder, 'in.bin'), bytes);
      const { digest, size } = await store.putFile(join(folder, 'in.bin'));
      expect({ digest, size }).toEqual({ digest: digestOf(bytes), size: bytes.byteLength });
      await store.getFile(digest, join(folder, 'deep', 'out.bin'));
      expect(Buffer.compare(await readFile(join(folder, 'deep', 'out.bin')), bytes)).toBe(0);
    });

    test('a file that is not there cannot be stored, and the error is NotFound', async () => {
      await expect(store.putFile(join(folder, 'missing.bin'))).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('damaged bytes are never returned', async () => {
      const digest = await store.put(bytesOf('the truth'));
      await world.damage(digest, bytesOf('the lie!!'));
      await expect(store.get(digest)).rejects.toMatchObject({ code: 'PackageTampered' });
      await expect(store.getFile(digest, join(folder, 'lie'))).rejects.toMatchObject({ code: 'PackageTampered' });
      expect((await readdir(folder)).filter((entry) => entry === 'lie' || entry.endsWith('.part'))).toEqual([]);
    });

    test('a torn object is mended by putting its bytes again', async () => {
      const bytes = bytesOf('all of it');
      const digest = await store.put(bytes);
      await world.damage(digest, bytesOf('all'));
      await store.put(bytes);
      expect(await store.get(digest)).toEqual(bytes);
    });

    test('a named key is written once; the second writer is told and changes nothing', async () => {
      expect(await store.putNamed('notes/once', bytesOf('first'))).toBe(true);
      expect(await store.putNamed('notes/once', bytesOf('second'))).toBe(false);
      expect(await store.getNamed('notes/once')).toEqual(bytesOf('first'));
    });

    test('of many writers of one key exactly one wins, and its bytes stay', async () => {
      const writers = Array.from({ length: 8 }, (_, index) => bytesOf(`writer ${index}`));
      const won = await Promise.all(writers.map((bytes) => store.putNamed('races/key', bytes)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.getNamed('races/key')).toEqual(writers[won.indexOf(true)]);
    });

    test('a file goes under a key once and comes back as it was', async () => {
      const path = join(folder, 'part');
      await writeFile(path, 'a part');
      expect(await store.putNamedFile('parts/1', path)).toBe(true);
      await writeFile(path, 'other bytes');
      expect(await store.putNamedFile('parts/1', path)).toBe(false);
      expect(await store.getNamedFile('parts/1', path)).toBe(true);
      expect(await readFile(path, 'utf8')).toBe('a part');
      expect(await store.getNamedFile('parts/2', path)).toBe(false);
    });

    test('a key nobody wrote is undefined', async () => {
      expect(await store.getNamed('notes/never')).toBeUndefined();
    });

    test('keys are listed by prefix, sorted, without objects', async () => {
      for (const key of ['lists/b=2/x.parquet', 'lists/a=1/x.parquet', 'lists/a=1/y.parquet', 'listsother/z']) {
        await store.putNamed(key, bytesOf(key));
      }
      expect(await store.listNamed('lists/')).toEqual([
        'lists/a=1/x.parquet',
        'lists/a=1/y.parquet',
        'lists/b=2/x.parquet',
      ]);
      expect(await store.listNamed('lists/a=1/y')).toEqual(['lists/a=1/y.parquet']);
      expect(await store.listNamed('lists/none/')).toEqual([]);
      expect((await store.listNamed('')).every((key) => !key.startsWith('objects/'))).toBe(true);
    });

    test('the folders of a folder are named once each, sorted, without the objects', async () => {
      for (const key of ['tree/b=2/x/y.bin', 'tree/a=1/x.bin', 'tree/a=1/y.bin', 'tree/leaf', 'treetop/z']) {
        await store.putNamed(key, bytesOf(key));
      }
      await store.put(bytesOf('an object'));
      expect(await store.foldersNamed('tree/')).toEqual(['a=1', 'b=2']);
      expect(await store.foldersNamed('tree')).toEqual(['a=1', 'b=2']);
      expect(await store.foldersNamed('tree/b=2/')).toEqual(['x']);
      expect(await store.foldersNamed('tree/none/')).toEqual([]);
      const top = await store.foldersNamed('');
      expect(top).toEqual(expect.arrayContaining(['tree', 'treetop']));
      expect(top).not.toContain('objects');
    });

    test('removed keys are gone with their folder, others stay, and removing again is no error', async () => {
      for (const key of ['old/a/1', 'old/a/2', 'old/b/1']) await store.putNamed(key, bytesOf(key));
      await store.removeNamed(['old/a/1', 'old/a/2']);
      await store.removeNamed(['old/a/1', 'never/written']);
      expect(await store.getNamed('old/a/1')).toBeUndefined();
      expect(await store.listNamed('old/')).toEqual(['old/b/1']);
      expect(await store.foldersNamed('old/')).toEqual(['b']);
      expect(await store.putNamed('old/a/1', bytesOf('again'))).toBe(true);
    });

    test.each(['../escape', 'a/../../b', '/absolute', 'a//b', '.staging/x', 'a/', '', 'a\\b', 'a\0b', 'objects/x'])(
      'the key %j is refused',
      async (key) => {
        await expect(store.putNamed(key, bytesOf('x'))).rejects.toMatchObject({ code: 'InvalidInput' });
        await expect(store.putNamedFile(key, '/nowhere')).rejects.toMatchObject({ code: 'InvalidInput' });
        await expect(store.getNamedFile(key, '/nowhere')).rejects.toMatchObject({ code: 'InvalidInput' });
        await expect(store.getNamed(key)).rejects.toMatchObject({ code: 'InvalidInput' });
        await expect(store.removeNamed([key])).rejects.toMatchObject({ code: 'InvalidInput' });
      },
    );

    test('something that is not a digest is refused', async () => {
      await expect(store.get('sha256:../../etc/passwd')).rejects.toMatchObject({ code: 'InvalidInput' });
    });
  });
}

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSourceCode } from '@laurel/local';
import { openObjectStore } from '@laurel/objectstore';

const root = mkdtempSync(join(tmpdir(), 'laurel-source-'));
const objectStore = openObjectStore(`file://${join(root, 'objects')}`);
const code = createSourceCode({ objectStore, folder: join(root, 'sources') });
const runId = 'a'.repeat(32);

function project(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'features'), { recursive: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'train.py'), 'print("hello")\n');
  writeFileSync(join(folder, 'features', 'tenure.py'), 'TENURE = 12\n');
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\nexec python train.py\n');
  chmodSync(join(folder, 'run.sh'), 0o755);
  writeFileSync(join(folder, '.env'), 'PASSWORD=secret\n');
  writeFileSync(join(folder, 'data', 'rows.csv'), 'a,b\n1,2\n');
  symlinkSync('/etc/passwd', join(folder, 'link'));
  return folder;
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a kept source is laid out with the digest it had, without hidden files, data and links', async () => {
  const folder = project('kept');
  const { digest } = await code.describe(folder);
  const kept = await code.keep(folder);
  rmSync(folder, { recursive: true });
  const laidOut = await code.layOut(kept ?? 'sha256:none', runId);
  expect((await code.describe(laidOut)).digest).toBe(digest);
  expect(readFileSync(join(laidOut, 'features', 'tenure.py'), 'utf8')).toBe('TENURE = 12\n');
  expect(statSync(join(laidOut, 'run.sh')).mode & 0o111).not.toBe(0);
  expect(['.env', 'data', 'link'].filter((name) => existsSync(join(laidOut, name)))).toEqual([]);
});

test('the same files are kept under the same digest, wherever they lie', async () => {
  expect(await code.keep(project('one'))).toBe(await code.keep(project('two')));
});

test('laid out by several at once for one run, it is there once and whole', async () => {
  const kept = (await code.keep(project('raced'))) ?? 'sha256:none';
  const folders = await Promise.all(Array.from({ length: 8 }, () => code.layOut(kept, 'b'.repeat(32))));
  expect(new Set(folders).size).toBe(1);
  expect((await code.describe(String(folders[0]))).digest).toBe((await code.describe(join(root, 'raced'))).digest);
});

test('clearing removes it, and clearing again is harmless', async () => {
  const laidOut = await code.layOut((await code.keep(project('cleared'))) ?? 'sha256:none', 'c'.repeat(32));
  await code.clear('c'.repeat(32));
  await code.clear('c'.repeat(32));
  expect(existsSync(laidOut)).toBe(false);
});

test('a folder with more small files than code has is not kept', async () => {
  const folder = project('environment');
  for (let index = 0; index < 70; index += 1) writeFileSync(join(folder, `part-${index}.bin`), Buffer.alloc(1_000_000));
  expect(await code.keep(folder)).toBeNull();
});

test('a manifest that names a file outside of the copy is refused and leaves nothing', async () => {
  const file = await objectStore.put(Buffer.from('x'));
  const manifest = { files: [{ path: '../escaped.py', digest: file, executable: false }] };
  const kept = await objectStore.put(Buffer.from(JSON.stringify(manifest)));
  await expect(code.layOut(kept, 'd'.repeat(32))).rejects.toMatchObject({ code: 'PackageTampered' });
  expect(existsSync(join(root, 'sources', 'd'.repeat(32)))).toBe(false);
  expect(existsSync(join(root, 'sources', 'escaped.py'))).toBe(false);
});

test('a folder with very many changed files still has its commit', async () => {
  const folder = project('changed');
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  git('init', '--quiet');
  git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'begun');
  // Files that git knows and that are not there, under paths so long that its answer has more than a megabyte.
  const path = Array.from({ length: 18 }, () => 'n'.repeat(200)).join('/');
  const entries = Array.from({ length: 400 }, (_, index) => `100644 ${'1'.repeat(40)}\t${path}/${index}\n`);
  execFileSync('git', ['-C', folder, 'update-index', '--index-info'], { input: entries.join('') });
  expect(await code.describe(folder)).toMatchObject({ commit: git('rev-parse', 'HEAD').trim(), dirty: true });
});

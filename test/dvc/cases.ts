import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert';
import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportToDvc, objectKey } from '@laurel/dvc';
import { openShare } from '@laurel/objectstore';
import { type Ground, openProject, overwrite, type Project } from './ground.js';

/** Something that must hold between `dvc` and Laurel over a remote. */
export interface Case {
  readonly title: string;
  holds(ground: Ground): Promise<void>;
}

const md5Of = (text: string | Buffer) => createHash('md5').update(text).digest('hex');
const table = 'id,x,y\n1,a,0.5\n2,b,1.5\n3,,2\n';
const emojiHash = '289aa24b8bb9ae5005fd8183169d0835';

/** Names that tell an order by code point from one by UTF-16 unit, and escapes of Python from those of JavaScript. */
const emojiFiles: readonly (readonly [path: string, content: string])[] = [
  ['1.txt', 'one'],
  ['empty', ''],
  ['sub/2.txt', 'two'],
  ['é.txt', 'u'],
  ['｡.txt', 'z'],
  ['😀.txt', 'e'],
];

async function writeEmojiFiles(project: Project, folder: string): Promise<void> {
  for (const [path, content] of emojiFiles) await project.write(join(folder, path), content);
}

async function demandEmojiFiles(project: Project, folder: string): Promise<void> {
  for (const [path, content] of emojiFiles) strictEqual(String(await project.read(join(folder, path))), content);
}

function remoteOptions({ remote }: Ground, url: string): readonly string[] {
  return ['--remote', url, ...(remote.endpoint === undefined ? [] : ['--endpoint', remote.endpoint])];
}

async function demandDone(ended: { readonly code: number; readonly side: string }): Promise<void> {
  strictEqual(ended.code, 0, ended.side);
}

/** A CSV that `dvc push` has put into the remote, and nothing else of it here. */
async function pushedTable(ground: Ground): Promise<Project> {
  const project = await openProject(ground);
  await project.write('rows.csv', table);
  await project.dvc('add', '--quiet', 'rows.csv');
  await project.dvc('push', '--quiet');
  await forget(project, 'rows.csv');
  return project;
}

async function forget(project: Project, path: string): Promise<void> {
  await rm(join(project.folder, path), { recursive: true });
  await rm(join(project.folder, '.dvc', 'cache'), { recursive: true });
}

function flipped(text: string): Buffer {
  const bytes = Buffer.from(text);
  bytes[8] = (bytes[8] ?? 0) ^ 1;
  return bytes;
}

const source = (uri: string) => ({ format: 'csv', uri }) as const;

export const cases: readonly Case[] = [
  {
    title: 'dvc pulls, and finds unchanged, the file of a version that Laurel exported',
    holds: async (ground) => {
      const project = await openProject(ground, { verify: true });
      await project.write('source.csv', table);
      const version = await ground.world.snapshot(source('source.csv'), {
        folder: project.folder,
        dataset: 'exported',
      });
      await demandDone(await project.laurel(['dataset', 'export', `exported@${version.version}`, '--dvc', '.']));
      await project.dvc('pull', 'exported.csv.dvc');
      strictEqual(String(await project.read('exported.csv')), table);
      strictEqual(version.content?.md5, md5Of(table));
      match(await project.dvc('status'), /up to date/);
      match(await project.dvc('status', '-c'), /in sync/);
    },
  },
  {
    title: 'dvc pulls the directory of a version: its file, its schema, its statistics',
    holds: async (ground) => {
      const project = await openProject(ground);
      await project.write('source.csv', table);
      await ground.world.snapshot(source('source.csv'), { folder: project.folder, dataset: 'folder' });
      const options = remoteOptions(ground, project.url);
      await demandDone(
        await project.laurel(['dataset', 'export', 'folder', '--dvc', '.', '--as', 'directory', ...options]),
      );
      await project.dvc('pull', 'folder.dvc');
      strictEqual(String(await project.read('folder/data.csv')), table);
      const schema = JSON.parse(String(await project.read('folder/schema.json')));
      deepStrictEqual(
        schema.columns.map(({ name }: { name: string }) => name),
        ['id', 'x', 'y'],
      );
      match(await project.dvc('status'), /up to date/);
    },
  },
  {
    title: 'dvc pulls a directory with names beyond ASCII that Laurel wrote, under the hash that dvc gives it',
    holds: async (ground) => {
      const [maker, user] = [await openProject(ground), await openProject(ground)];
      await writeEmojiFiles(maker, 'data');
      const { endpoint } = ground.remote;
      const remote = { url: user.url, ...(endpoint === undefined ? {} : { endpoint }) };
      const path = join(maker.folder, 'data');
      const exported = await exportToDvc({ path, folder: user.folder, remote }, openShare);
      deepStrictEqual([exported.md5, exported.size, exported.nfiles], [emojiHash, 9, 6]);
      await user.dvc('pull');
      await demandEmojiFiles(user, 'data');
      match(await user.dvc('status', '-c'), /in sync/);
      const pointer = String(await user.read('data.dvc'));
      await user.dvc('add', '--quiet', 'data');
      strictEqual(String(await user.read('data.dvc')), pointer);
    },
  },
  {
    title: 'Laurel brings a directory with names beyond ASCII that dvc pushed, every object verified',
    holds: async (ground) => {
      const project = await openProject(ground);
      await writeEmojiFiles(project, 'data');
      await project.dvc('add', '--quiet', 'data');
      await project.dvc('push', '--quiet');
      match(String(await project.read('data.dvc')), new RegExp(`${emojiHash}\\.dir`));
      await forget(project, 'data');
      await demandDone(await project.laurel(['dataset', 'import', 'data.dvc', ...remoteOptions(ground, project.url)]));
      await demandEmojiFiles(project, 'data');
      await demandDone(
        await project.laurel(['dataset', 'import', 'data', '--to', 'copy', ...remoteOptions(ground, project.url)]),
      );
      await demandEmojiFiles(project, 'copy');
    },
  },
  {
    title: 'Laurel takes in a file that dvc pushed, by its pointer and by its path, as one version',
    holds: async (ground) => {
      const project = await pushedTable(ground);
      const [byPointer, byPath] = [
        await ground.world.snapshot(source('dvc:rows.csv.dvc'), { folder: project.folder, dataset: 'pushed' }),
        await ground.world.snapshot(source('dvc:rows.csv'), { folder: project.folder, dataset: 'pushed' }),
      ];
      deepStrictEqual([byPointer.rows, byPointer.content?.md5], [3, md5Of(table)]);
      strictEqual(byPath.version, byPointer.version);
    },
  },
  {
    title: 'Laurel takes in one file of a directory that dvc pushed',
    holds: async (ground) => {
      const project = await openProject(ground);
      await project.write('data/train.csv', table);
      await project.write('data/more/test.csv', `${table}4,c,3\n`);
      await project.write('data/README.md', 'about');
      await project.dvc('add', '--quiet', 'data');
      await project.dvc('push', '--quiet');
      await forget(project, 'data');
      const { folder } = project;
      const rows = async (uri: string) => (await ground.world.snapshot(source(uri), { folder, dataset: 'part' })).rows;
      deepStrictEqual([await rows('dvc:data/train.csv'), await rows('dvc:data/more/test.csv')], [3, 4]);
      await rejects(rows('dvc:data.dvc'), {
        code: 'DataUnreadable',
        message: /holds README\.md, more\/test\.csv, train\.csv/,
      });
    },
  },
  {
    title: 'a flipped byte in the remote is refused on read, with file and both digests; dvc pull takes it',
    holds: async (ground) => {
      const project = await pushedTable(ground);
      const bad = flipped(table);
      await ground.remote.damage(project.url, objectKey(md5Of(table), { directory: false }), bad);
      const read = ground.world.snapshot(source('dvc:rows.csv'), { folder: project.folder, dataset: 'flipped' });
      await rejects(read, (error: Error & { readonly code?: string }) => {
        strictEqual(error.code, 'DataCorrupt');
        return ['rows.csv', md5Of(table), md5Of(bad)].every((part) => error.message.includes(part));
      });
      const { code, side } = await project.laurel([
        'dataset',
        'import',
        'rows.csv.dvc',
        ...remoteOptions(ground, project.url),
      ]);
      strictEqual(code, 1);
      ok(side.includes(md5Of(bad)), side);
      await rejects(stat(join(project.folder, 'rows.csv')), { code: 'ENOENT' });
      await project.dvc('pull', '--quiet');
      deepStrictEqual(await project.read('rows.csv'), bad);
    },
  },
  {
    title: 'a flipped byte in a file of a directory, and one in its listing, are refused',
    holds: async (ground) => {
      const project = await openProject(ground);
      await writeEmojiFiles(project, 'data');
      await project.dvc('add', '--quiet', 'data');
      await project.dvc('push', '--quiet');
      await forget(project, 'data');
      const bring = () => project.laurel(['dataset', 'import', 'data.dvc', ...remoteOptions(ground, project.url)]);
      await ground.remote.damage(project.url, objectKey(md5Of('two'), { directory: false }), Buffer.from('twp'));
      const file = await bring();
      match(file.side, /data\/sub\/2\.txt should have the md5 b8a9f715/);
      await ground.remote.damage(project.url, objectKey(emojiHash, { directory: true }), Buffer.from('[]'));
      const listing = await bring();
      match(listing.side, /The listing of .*data should have the md5 289aa24b/);
      deepStrictEqual([file.code, listing.code], [1, 1]);
      deepStrictEqual(
        (await readdir(project.folder)).filter((name) => name.includes('data')),
        ['data.dvc'],
      );
    },
  },
  {
    title: 'a flipped byte in the cache is refused, though the remote has the whole file',
    holds: async (ground) => {
      const project = await pushedTable(ground);
      await project.dvc('pull', '--quiet');
      const cached = join(project.folder, '.dvc', 'cache', objectKey(md5Of(table), { directory: false }));
      await overwrite(cached, flipped(table));
      const read = ground.world.snapshot(source('dvc:rows.csv'), { folder: project.folder, dataset: 'cached' });
      await rejects(read, { code: 'DataCorrupt', message: /the cache / });
    },
  },
  {
    title: 'an object that nobody pushed is named',
    holds: async (ground) => {
      const project = await pushedTable(ground);
      await ground.remote.remove(project.url, objectKey(md5Of(table), { directory: false }));
      const read = ground.world.snapshot(source('dvc:rows.csv'), { folder: project.folder, dataset: 'gone' });
      await rejects(read, { code: 'DataUnreadable', message: /rows\.csv \(md5 .*run dvc push/ });
    },
  },
  {
    title: 'what a stage that dvc repro ran has in dvc.lock is a source',
    holds: async (ground) => {
      const project = await openProject(ground);
      await writeEmojiFiles(project, 'd');
      await project.write('rows.csv', table);
      await project.write('params.yaml', 'lr: 0.1\nmodel: {depth: 2}\n');
      const stage = ['-n', 'copy', '-d', 'rows.csv', '-d', 'd', '-p', 'lr,model.depth', '-o', 'out.csv'];
      await project.dvc('stage', 'add', '--quiet', ...stage, 'cp rows.csv out.csv');
      await project.dvc('repro', '--quiet');
      await project.dvc('push', '--quiet');
      await forget(project, 'out.csv');
      const stored = await ground.world.snapshot(source('dvc:out.csv'), { folder: project.folder, dataset: 'stage' });
      strictEqual(stored.rows, 3);
    },
  },
];

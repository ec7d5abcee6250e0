import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { proofFiles } from '@laurel/contracts';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { laurel } from '../../unit/cli/fake-server.js';
import { aVersion } from '../postgres/builders.js';
import { type ApiWorld, createApiWorld } from './api-world.js';

const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
const files = { 'model.onnx': built.model, 'code/loader.py': new TextEncoder().encode('print()\n') };
const at = '/api/v1/models/churn/versions/1/package';

let world: ApiWorld;
let folder: string;
beforeAll(async () => {
  world = await createApiWorld();
  await aVersion(world.db, 'churn', { digest: await world.packages.publish(draftOf(built, 'churn'), files) });
  await aVersion(world.db, 'churn');
  await world.app.listen(0, '127.0.0.1');
});
afterAll(() => world?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a version is verified byte by byte, and its files come as attachments that no browser sniffs', async () => {
  const { status, body } = await world.get(`${at}/verification`, { as: 'viewer' });
  expect(status).toBe(200);
  expect(body.files.map(({ path }: { path: string }) => path)).toEqual(['code/loader.py', 'model.onnx', 'sbom.json']);
  const file = await world.app.inject({
    url: `${at}/file?path=code/loader.py`,
    headers: { authorization: `Bearer ${world.keys.viewer}` },
  });
  expect(file.body).toBe('print()\n');
  expect(file.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
});

test.each(['..%2f..%2fsecret', '%2e%2e/manifest.json', '%252e%252e', 'model.onnx%00', 'absent'])(
  'a path %s that the manifest does not list is not found',
  async (path) => {
    expect((await world.get(`${at}/file?path=${path}`)).status).toBeGreaterThanOrEqual(400);
    expect((await world.get(`${at}/file?path=${path}`)).status).toBeLessThan(500);
  },
);

test('a version whose package is gone, and one that never was, are not found', async () => {
  for (const version of [2, 3]) {
    const { status, body } = await world.get(`/api/v1/models/churn/versions/${version}/package/verification`);
    expect([status, body.code]).toEqual([404, 'NotFound']);
  }
});

describe('laurel package', () => {
  let run: (commandLine: string) => ReturnType<typeof laurel>;
  beforeEach(async () => {
    const env = { LAUREL_API_URL: await world.app.getUrl(), LAUREL_API_KEY: world.keys.viewer, LAUREL_HOME: folder };
    run = (commandLine) => laurel(commandLine, env, folder);
  });

  test('verify says which key signed', async () => {
    const { code, out } = await run('package verify churn/1');
    expect([code, out]).toEqual([0, expect.stringMatching(/^sha256:[0-9a-f]{64} is whole: 3 files, signed by key /)]);
  });

  test('what export wrote is whole, and is not trusted without the key that signed it', async () => {
    expect((await run('package export churn/1 out')).code).toBe(0);
    expect(await readFile(join(folder, 'out', 'model.onnx'))).toEqual(Buffer.from(built.model));
    const stranger = await run('package verify out');
    expect([stranger.code, stranger.side]).toEqual([1, expect.stringContaining('not one of a trusted key')]);
  });

  test('a folder is verified with the keys of the installation, until a byte changes', async () => {
    const keys = await openKeys(join(folder, 'keys'));
    const objectStore = createDirectoryStore({ root: join(folder, 'objects') });
    const mine = createPackages({ objectStore, keys });
    const opened = await mine.open(await mine.publish(draftOf(built, 'mine'), files));
    for (const path of [...opened.manifest.files.map((file) => file.path), ...Object.values(proofFiles)]) {
      await mkdir(join(folder, 'out', dirname(path)), { recursive: true });
      await writeFile(join(folder, 'out', path), await opened.read(path));
    }
    expect(await run('package verify out')).toMatchObject({ code: 0, out: expect.stringContaining(keys.keyId) });
    await writeFile(join(folder, 'out', 'code', 'loader.py'), 'evil()\n');
    expect(await run('package verify out')).toMatchObject({
      code: 1,
      side: expect.stringContaining('code/loader.py is missing, or is not the file'),
    });
  });

  test('export refuses a folder that is there, and a name that is no version', async () => {
    const there = await run(`package export churn/1 ${folder}`);
    expect([there.code, there.side]).toEqual([4, expect.stringContaining('is there already')]);
    const wrong = await run('package export churn out');
    expect([wrong.code, wrong.side]).toEqual([2, expect.stringContaining('write MODEL/VERSION')]);
    await writeFile(join(folder, 'manifest.json'), '{}');
    expect((await run(`package verify ${folder}`)).side).toContain('cannot be trusted');
    expect((await run('package verify nowhere')).code).toBe(3);
  });
});

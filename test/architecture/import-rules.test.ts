import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rooms = ['libs', 'workflows', 'activities', 'apps', 'infra/dev'];

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** Runs dependency-cruiser as a process of its own, as `npm run check` does. */
async function cruise(folders: readonly string[]): Promise<readonly Violation[]> {
  const bin = fileURLToPath(
    new URL('../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
  );
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [bin, ...folders, '--output-type', 'json'],
    options,
  ).catch((failed: { stdout: string }) => failed);
  return JSON.parse(stdout).summary.violations;
}

test('every import goes one way through the rings', async () => {
  const violations = await cruise(rooms);
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
}, 60_000);

// Not TypeScript, so that a compiler at work in another test does not see it.
describe('a planted violation is found', () => {
  const planted = [
    ['domain-is-pure', 'libs/domain/src', "import 'node:fs';"],
    ['workflows-stay-in-the-sandbox', 'workflows/src', "import 'node:fs';"],
    ['activities-know-ports', 'activities/src', "import '@laurel/postgres';"],
    ['adapters-are-strangers', 'libs/postgres/src', "import '@laurel/objectstore';"],
    ['ports-are-interfaces', 'libs/ports/src', "import '@laurel/contracts';"],
    ['onnx-has-one-door', 'apps/serving/src', "import 'onnxruntime-node';"],
  ] as const;

  test.each(planted)(
    '%s',
    async (rule, folder, line) => {
      const room = `${root}/${folder}/planted-by-a-test`;
      await mkdir(room, { recursive: true });
      try {
        await writeFile(`${room}/planted.mjs`, `${line}\nexport const planted = true;\n`);
        const violations = await cruise([`${folder}/planted-by-a-test`]);
        expect(violations.map((violation) => violation.rule.name)).toContain(rule);
      } finally {
        await rm(room, { recursive: true });
      }
    },
    60_000,
  );
});

// In this file because it cruises the same tree, which must not hold a planted violation meanwhile.
test('the picture of the rings in the README is drawn from the rules as they are; else `npm run docs:rings` renews it', async () => {
  const script = fileURLToPath(new URL('rings-picture.mjs', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: '' };
  const said = await promisify(execFile)(process.execPath, [script], { env }).then(
    () => '',
    (failed: { stderr: string }) => failed.stderr,
  );
  expect(said).toBe('');
}, 60_000);

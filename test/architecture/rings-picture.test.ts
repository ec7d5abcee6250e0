import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('the picture of the rings in the README is drawn from the rules as they are; else `npm run docs:rings` renews it', async () => {
  const script = fileURLToPath(new URL('rings-picture.mjs', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: '' };
  const said = await promisify(execFile)(process.execPath, [script], { env }).then(
    () => '',
    (failed: { stderr: string }) => failed.stderr,
  );
  expect(said).toBe('');
}, 60_000);

import { mlflowFiles } from '../../../activities/src/training/mlflow-files.js';

const hash = (digit: string) => `--hash=sha256:${digit.repeat(64)}`;
const pinned = ['numpy==2.4.1', 'onnx==1.20.0', 'onnxruntime==1.27.0', 'pandas==3.0.0', 'python-dateutil==2.9.0'];

async function requirements(lock: string): Promise<string> {
  const files = await mlflowFiles({
    signature: { task: 'binary', inputs: [], outputs: [], classes: [] },
    columns: [],
    run: '0'.repeat(32),
    createdAt: '2026-01-31T09:00:00.000Z',
    python: '3.11',
    lock,
  });
  return Buffer.from(files['requirements.txt'] ?? []).toString();
}

test('a lock with hashes is the requirements as it is, so that pip verifies all that it installs', async () => {
  const lock = pinned.map((line) => `${line} \\\n    ${hash('a')} \\\n    ${hash('b')}\n    # via somebody\n`).join('');
  const lines = pinned.map((line) => `${line} ${hash('a')} ${hash('b')}\n`);
  expect(await requirements(lock)).toBe(lines.join(''));
});

test('where only some have hashes none is kept, because pip would refuse the others', async () => {
  const lock = pinned.map((line, at) => (at === 0 ? `${line} \\\n    ${hash('a')}` : line)).join('\n');
  expect(await requirements(lock)).toBe(`${pinned.slice(0, 4).join('\n')}\n`);
});

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CircumstancesView, RepetitionView, RunAccepted, RunView } from '@laurel/contracts/schemas';
import { createInstallation } from '../support/e2e-installation.js';

const churn = fileURLToPath(new URL('../../examples/churn', import.meta.url));
const stack = createInstallation();
const folder = join(stack.folder, 'churn');

interface Trained {
  readonly run: RunView;
}
interface Repeated {
  readonly run: RunView;
  readonly repetition: RepetitionView;
}

const long = { milliseconds: 150_000 };
let first: RunView;

beforeAll(async () => {
  await stack.up();
  cpSync(churn, folder, { recursive: true });
  // Draws rows for each tree, so that the seed decides about the model.
  const sampling = 'learning_rate=parameters.learning_rate,\n        subsample=0.8,\n';
  const train = join(folder, 'train.py');
  writeFileSync(train, readFileSync(train, 'utf8').replace('learning_rate=parameters.learning_rate,\n', sampling));
  await stack.json('apply', '-f', 'churn/laurel.yaml');
  const trained = await stack.laurel(['train', 'churn', '--wait', '--no-roll-out', '-o', 'json'], long);
  first = (JSON.parse(trained.out) as Trained).run;
}, 300_000);

afterAll(() => stack.remove(), 90_000);

async function repeat(...more: readonly string[]) {
  const { code, out, err } = await stack.laurel(
    ['train', 'churn', '--rerun', first.runId, '--wait', '-o', 'json', ...more],
    long,
  );
  return { code, err, answer: out === '' ? undefined : (JSON.parse(out) as Repeated) };
}

async function repetitionOfNewest(): Promise<RepetitionView> {
  const [newest] = await stack.json<readonly RunView[]>('get', 'runs', 'churn');
  return (await circumstancesOf(String(newest?.runId))).repetition as RepetitionView;
}

/** Through the API, as a program would ask. */
async function circumstancesOf(runId: string): Promise<CircumstancesView> {
  const { urls } = await stack.json<{ readonly urls: { readonly api: string } }>('status');
  const key = readFileSync(join(stack.home, 'admin.key'), 'utf8').trim();
  const answer = await fetch(`${urls.api}/api/v1/runs/${runId}/circumstances`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return (await answer.json()) as CircumstancesView;
}

describe('a run is repeated', () => {
  test('and its model is bit-equal, without a version or a rollout', async () => {
    const { code, answer } = await repeat();
    expect(code).toBe(0);
    expect(answer?.run).toMatchObject({ status: 'repeated', version: null });
    expect(answer?.repetition).toMatchObject({
      of: first.runId,
      bitEqual: true,
      predictions: { largestDifference: 0 },
      differences: [],
    });
    expect(await stack.json('get', 'versions', 'churn')).toHaveLength(1);
    expect(await stack.json('get', 'rollouts')).toHaveLength(0);
  }, 180_000);

  test('its record names data, code, environment and machine', async () => {
    const { planned, made } = await circumstancesOf(first.runId);
    expect(planned.dataset.digest).toMatch(/^sha256:/);
    expect(planned.source.kept).toMatch(/^sha256:/);
    expect(made?.environment).toMatch(/^sha256:/);
    expect(made?.ranOn?.machine.cores).toBeGreaterThan(0);
    expect(made?.ranOn?.settings).toHaveProperty('OMP_NUM_THREADS');
    expect(made?.sourceChanged).toBe(false);
  });

  test('after its code and its data have changed, from what was kept', async () => {
    const train = join(folder, 'train.py');
    const table = join(folder, 'data', 'telco_churn.csv');
    const [code, rows] = [readFileSync(train, 'utf8'), readFileSync(table, 'utf8')];
    writeFileSync(train, 'raise SystemExit(64)\n');
    writeFileSync(table, rows.split('\n').slice(0, 2_000).join('\n'));
    try {
      const { answer } = await repeat();
      expect(answer?.repetition).toMatchObject({ bitEqual: true, differences: [] });
    } finally {
      writeFileSync(train, code);
      writeFileSync(table, rows);
    }
  }, 180_000);

  test('another seed is told as the difference, with how far the predictions are apart, and fails the command', async () => {
    const { code, err } = await repeat('--seed', '8');
    expect(code).not.toBe(0);
    expect(err).toMatch(/NotReproduced|differs from that of run/);
    expect(await repetitionOfNewest()).toMatchObject({
      bitEqual: false,
      differences: [{ what: 'seed', was: '7', is: '8' }],
    });
  }, 180_000);

  test('not when its code has changed and was not kept: one sentence says so', async () => {
    const train = join(folder, 'train.py');
    const code = readFileSync(train, 'utf8');
    const { planned } = await circumstancesOf(first.runId);
    const object = String(planned.source.kept).replace('sha256:', '');
    rmSync(findObject(object));
    writeFileSync(train, `${code}\n# changed\n`);
    try {
      const { code: exit, err } = await repeat();
      expect(exit).not.toBe(0);
      expect(err).toMatch(/has changed since run [0-9a-f]{32} and its source was not kept/);
    } finally {
      writeFileSync(train, code);
    }
  }, 180_000);
});

describe('bad input', () => {
  test('a run that does not exist, or a seed without a run to repeat', async () => {
    const missing = await stack.laurel(['train', 'churn', '--rerun', 'f'.repeat(32)]);
    expect(missing.err).toMatch(/There is no run f{32} of churn/);
    const seed = await stack.laurel(['train', 'churn', '--seed', '8']);
    expect(seed.err).toMatch(/needs rerunOf|needs --rerun/);
  }, 60_000);

  test('asked twice with one key, one run', async () => {
    const ask = () => stack.json<RunAccepted>('train', 'churn', '--rerun', first.runId, '--key', 'twice');
    expect((await ask()).runId).toBe((await ask()).runId);
  }, 60_000);
});

function findObject(hex: string): string {
  return join(stack.home, 'objects', 'objects', 'sha256', hex.slice(0, 2), hex.slice(2));
}

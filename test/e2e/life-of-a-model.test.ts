import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunView, VersionView } from '@laurel/contracts/schemas';
import { openClient } from '@laurel/temporal';
import { createInstallation } from '../support/e2e-installation.js';
import { flowers, homes, leavers, payers } from '../support/e2e-tables.js';

const stack = createInstallation();

interface Answered {
  readonly predictions: readonly { readonly label: string | null; readonly value: number | null }[];
  readonly modelVersion: number;
}

beforeAll(async () => {
  await stack.up();
  await Promise.all([
    deliver('leavers', leavers, 'churned'),
    deliver('flowers', flowers, 'kind'),
    deliver('homes', homes, 'price'),
    deliver('payers', payers, 'paid'),
  ]);
}, 300_000);

afterAll(() => stack.remove(), 90_000);

/** `init`, `apply`, `train --wait` of a table, as they stand in the README. */
async function deliver(name: string, csv: string, target: string): Promise<void> {
  writeFileSync(join(stack.folder, `${name}.csv`), csv);
  for (const command of [
    ['init', name, '--from-csv', `${name}.csv`, '--target', target],
    ['apply', '-f', `${name}/laurel.yaml`],
    ['train', name, '--wait'],
  ]) {
    const { code, err } = await stack.laurel(command, { milliseconds: 150_000 });
    expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
  }
}

async function predict(name: string, row: object): Promise<Answered> {
  return await stack.json<Answered>('predict', name, '--row', JSON.stringify(row));
}

const versions = (name: string) => stack.json<VersionView[]>('get', 'versions', name);
const runs = (name: string) => stack.json<RunView[]>('get', 'runs', name);

async function schedules(name: string): Promise<readonly string[]> {
  const { ports } = await stack.json<{ readonly ports: { readonly temporal: number } }>('status');
  const client = openClient({ address: `127.0.0.1:${ports.temporal}` });
  const found: string[] = [];
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.includes(`/${name}/`)) found.push(scheduleId);
  await client.connection.close();
  return found.sort();
}

async function applyTriggers(name: string, triggers: string): Promise<void> {
  const file = join(stack.folder, name, 'laurel.yaml');
  writeFileSync(file, (await readFile(file, 'utf8')).replace(/^ {2}triggers: \[.*$/m, `  triggers: ${triggers}`));
  await stack.json('apply', '-f', `${name}/laurel.yaml`);
}

describe('four tables, trained side by side, become models that answer', () => {
  test('two classes, quoted texts, missing values', async () => {
    const { predictions, modelVersion } = await predict('leavers', { age: 70, plan: 'team "A"', 'note, long': null });
    expect(predictions[0]?.label).toBe('Yes');
    expect(modelVersion).toBe(1);
    expect(await versions('leavers')).toMatchObject([{ version: 1, gatesPassed: true, aliases: ['champion'] }]);
  }, 30_000);

  test('three classes', async () => {
    const { predictions } = await predict('flowers', { petal: 4.5, sepal: 5.5 });
    expect(predictions[0]?.label).toBe('tulip');
  }, 30_000);

  test('a number', async () => {
    const { predictions } = await predict('homes', { area: 90, town: 'Ulm' });
    expect(Math.abs((predictions[0]?.value ?? 0) - 193_500)).toBeLessThan(20_000);
  }, 30_000);

  test('booleans', async () => {
    const { predictions } = await predict('payers', { balance: 900, country: 'DE' });
    expect(predictions[0]?.label).toBe('true');
  }, 30_000);
});

describe('the card', () => {
  interface Section {
    readonly blocks: readonly { readonly kind: string; readonly text?: string }[];
    readonly sections?: readonly Section[];
  }
  const missing = ({ blocks, sections = [] }: Section): readonly string[] => [
    ...blocks.flatMap(({ kind, text = '' }) => (kind === 'missing' ? [text] : [])),
    ...sections.flatMap(missing),
  ];

  test.each(['leavers', 'flowers', 'homes', 'payers'])(
    'of %s lacks only what people have to write',
    async (name) => {
      const card = await stack.json<{ readonly sections: readonly Section[] }>('card', `${name}/1`);
      expect(card.sections.length).toBeGreaterThan(15);
      expect(card.sections.flatMap(missing).filter((text) => !/ spec\.|--set TEXT/.test(text))).toEqual([]);
      expect((await stack.laurel(['card', `${name}/1`])).out).toContain('promoted');
    },
    60_000,
  );
});

describe('training again', () => {
  test('with nothing changed, every output is used again and no second version is made', async () => {
    const { code, out } = await stack.laurel(['train', 'leavers', '--wait']);
    expect(code).toBe(0);
    expect(out).toContain('version 1 of leavers is champion');
    const [second, first] = await runs('leavers');
    expect(second).toMatchObject({ status: 'registered', version: 1, progress: null });
    expect(first).toMatchObject({ status: 'registered', version: 1 });
    expect(await versions('leavers')).toMatchObject([{ version: 1, runId: first?.runId, aliases: ['champion'] }]);
  }, 90_000);

  test('--from train trains anew on the same data, and without a rollout the champion stays', async () => {
    const { code } = await stack.laurel(['train', 'leavers', '--from', 'train', '--no-roll-out', '--wait']);
    expect(code).toBe(0);
    const [third, second] = await runs('leavers');
    expect(third?.progress?.step).toBeGreaterThan(0);
    expect(third?.runId).not.toBe(second?.runId);
    const [newer, older] = await versions('leavers');
    expect(newer).toMatchObject({ version: 2, aliases: [], runId: third?.runId });
    expect(newer?.lineage.dataset).toEqual(older?.lineage.dataset);
    expect(older).toMatchObject({ version: 1, aliases: ['champion'] });
    expect((await predict('leavers', { age: 20, plan: 'pro' })).modelVersion).toBe(1);
  }, 90_000);
});

test('schedules in Temporal are what the triggers of the applied file say', async () => {
  expect(await schedules('flowers')).toEqual([]);
  await applyTriggers('flowers', '[{ schedule: "0 3 * * 1", timezone: UTC }, { newData: true }]');
  expect(await schedules('flowers')).toEqual(['retrain/flowers/0', 'retrain/flowers/1']);
  await applyTriggers('flowers', '[{ newData: true }]');
  expect(await schedules('flowers')).toEqual(['retrain/flowers/0']);
  await applyTriggers('flowers', '[]');
  expect(await schedules('flowers')).toEqual([]);
}, 60_000);

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, VersionView } from '@laurel/contracts/schemas';
import { createInstallation, type Ended, freePortVariables, mayMount } from '../support/e2e-installation.js';
import { hollow } from '../support/e2e-tables.js';
import { type Fault, projectOf, writeTrainer } from '../support/e2e-trainer.js';
import { eventually } from '../support/eventually.js';

const name = 'people';
const stack = createInstallation();
const project = join(stack.folder, name);
const csv = join(project, 'data', 'people.csv');
const objects = join(stack.home, 'objects');
const smallDisk = mayMount();

interface Status {
  readonly ports: { readonly [port: string]: number };
  readonly processes: readonly {
    readonly name: string;
    readonly state: string;
    readonly pid: number;
    readonly restarts: number;
  }[];
}

const versions = () => stack.json<VersionView[]>('get', 'versions', name);
const status = () => stack.json<Status>('status');

async function newestRun(): Promise<RunView | undefined> {
  return (await stack.json<RunView[]>('get', 'runs', name))[0];
}

async function apply(options: Parameters<typeof projectOf>[1]): Promise<void> {
  writeFileSync(join(project, 'laurel.yaml'), projectOf(name, options));
  await stack.json('apply', '-f', `${name}/laurel.yaml`);
}

/** What `ended` said of its failure: one sentence behind the progress, in one line. */
function complaint({ code, err }: Ended): string {
  const [, ...said] = `\n${err}`.split('\nlaurel: ');
  expect(code).toBeGreaterThan(0);
  expect(said).toHaveLength(1);
  expect(err).not.toMatch(/^\s+at .*[:(]/m);
  return said[0]?.trim() ?? '';
}

/** The one version there was still answers as champion, and there is no other. */
async function expectUntouched(): Promise<void> {
  expect(await versions()).toMatchObject([{ version: 1, aliases: ['champion'] }]);
  const answer = await stack.json<{ modelVersion: number }>('predict', name, '--row', '{"age": 70}');
  expect(answer.modelVersion).toBe(1);
}

beforeAll(async () => {
  mkdirSync(objects);
  if (smallDisk) spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', objects]);
  writeFileSync(join(stack.folder, 'python'), 'no program', { mode: 0o644 });
  const { code, err } = await stack.laurel(['up', '--detach'], {
    milliseconds: 120_000,
    env: { ...(await freePortVariables()), LAUREL_PYTHON: join(stack.folder, 'python') },
  });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  writeTrainer(project);
  writeFileSync(csv, hollow);
}, 120_000);

afterAll(async () => {
  await stack.laurel(['down'], { milliseconds: 90_000 });
  if (smallDisk) spawnSync('umount', [objects]);
  await stack.remove();
}, 120_000);

test('a column without values and one with a single value are warnings: the model is trained', async () => {
  await apply({ fault: 'none' });
  const { code, err } = await stack.laurel(['train', name, '--wait']);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  const run = await newestRun();
  expect(run?.anomalies.map(({ column, severity }) => `${column} ${severity}`).sort()).toEqual([
    'blank warning',
    'same warning',
  ]);
  await expectUntouched();
}, 90_000);

describe('laurel init refuses a table and makes nothing', () => {
  const cases: readonly (readonly [what: string, content: string | Buffer | null, complaint: RegExp])[] = [
    ['that is missing', null, /There is no file .*table\.csv; check the path\.$/],
    ['that is empty', '', /table\.csv is empty; a header line and rows are needed\.$/],
    ['with a header only', 'age,churned\n', /table\.csv has a header but no rows; add rows\.$/],
    [
      'without the target',
      'age,chruned\n1,Yes\n2,No\n',
      /table\.csv has no column "churned"; did you mean "chruned"\?$/,
    ],
    [
      'of one class',
      'age,churned\n1,Yes\n2,Yes\n',
      /target "churned" has only the value "Yes"; there is nothing to tell apart\.$/,
    ],
    ['with ragged rows', 'age,churned\n1,Yes\n2\n', /table\.csv, line 3: expected 2 columns, found 1; .*\.$/],
    [
      'in another encoding',
      Buffer.from('age,churned\n1,Yes\n2,J\xfcrgen\n', 'latin1'),
      /table\.csv, line 3: byte \d+ \(0xfc\) is not UTF-8; save the file as UTF-8\.$/,
    ],
  ];
  test.each(cases)(
    '%s',
    async (_, content, sentence) => {
      const table = join(stack.folder, 'table.csv');
      rmSync(table, { force: true });
      if (content !== null) writeFileSync(table, content);
      const ended = await stack.laurel(['init', 'refused', '--from-csv', 'table.csv', '--target', 'churned']);
      expect(complaint(ended)).toMatch(sentence);
      expect(ended.out).toBe('');
      expect(spawnSync('ls', [join(stack.folder, 'refused')]).status).not.toBe(0);
    },
    20_000,
  );
});

describe('laurel apply names file, line, field, what was found and what is allowed', () => {
  const cases: readonly (readonly [what: string, from: string, to: string, complaint: RegExp])[] = [
    [
      'an unknown key',
      'silence:',
      'silense:',
      /^laurel\.yaml, line 12: spec\.training has no key "silense"; did you mean "silence"\?$/m,
    ],
    [
      'a wrong type',
      'maximumAttempts: 1',
      'maximumAttempts: one',
      /^laurel\.yaml, line 13: spec\.training\.retry\.maximumAttempts is "one"; allowed: .*number.*\.$/m,
    ],
  ];
  test.each(cases)(
    '%s',
    async (_, from, to, sentence) => {
      writeFileSync(join(project, 'wrong.yaml'), projectOf(name, { fault: 'none' }).replace(from, to));
      const ended = await stack.laurel(['apply', '-f', `${name}/wrong.yaml`]);
      rmSync(join(project, 'wrong.yaml'));
      expect(ended.code).toBe(2);
      expect(complaint(ended)).toMatch(sentence);
    },
    20_000,
  );
});

describe('laurel train refuses data, and the champion stays', () => {
  const rows = (line: (index: number) => string) => Array.from({ length: 40 }, (_, index) => line(index)).join('\n');
  const cases: readonly (readonly [what: string, content: string | Buffer | null, code: string, complaint: RegExp])[] =
    [
      ['that is missing', null, 'DataUnreadable', /people\.csv cannot be read; check spec\.data\.source\.uri/],
      ['that is empty', '', 'DataEmpty', /people\.csv is empty; a header line and rows are needed/],
      ['with a header only', 'age,blank,same,churned\n', 'DataEmpty', /people\.csv has a header but no rows; add rows/],
      [
        'without the target',
        `age,blank,same,chruned\n${rows((i) => `${i},,x,Yes`)}\n`,
        'DataSchemaMismatch',
        /no target column "churned" \(did you mean "chruned"\?\); it has age/,
      ],
      [
        'of one class',
        `age,blank,same,churned\n${rows((i) => `${i},,x,Yes`)}\n`,
        'DataAnomaly',
        /"churned" has only the class "Yes"; there is nothing to tell apart/,
      ],
      [
        'with ragged rows',
        'age,blank,same,churned\n1,,x,Yes\n2,,No\n',
        'DataUnreadable',
        /people\.csv, line 3: expected 4 columns, found 3/,
      ],
      [
        'in another encoding',
        Buffer.from('age,blank,same,churned\n1,,\xe4,Yes\n', 'latin1'),
        'DataUnreadable',
        /people\.csv, line 2: byte \d+ \(0xe4\) is not UTF-8/,
      ],
    ];
  afterAll(() => writeFileSync(csv, hollow));
  test.each(cases)(
    '%s',
    async (_, content, code, sentence) => {
      rmSync(csv, { force: true });
      if (content !== null) writeFileSync(csv, content);
      const ended = await stack.laurel(['train', name, '--wait']);
      expect(complaint(ended)).toMatch(sentence);
      const run = await newestRun();
      expect(run).toMatchObject({ status: 'rejected', code, version: null });
      expect(complaint(ended)).toContain(`; see laurel logs ${run?.runId}.`);
      await expectUntouched();
    },
    60_000,
  );
});

describe('laurel train tells what a trainer did wrong, and the champion stays', () => {
  const cases: readonly (readonly [what: string, fault: Fault, code: string, complaint: RegExp])[] = [
    [
      'it fails',
      'failure',
      'TrainerCrashed',
      /the trainer ended with exit code 1; its last line was: .*; see laurel logs/,
    ],
    [
      'it refuses its parameters',
      'badParameters',
      'TrainerFailed',
      /the trainer ended with exit code 64 \(bad parameters\); its last line was: depth must be positive/,
    ],
    [
      'it hangs',
      'silence',
      'TrainerHung',
      /the trainer hung: it made no progress for longer than spec\.training\.silence and was stopped; it said nothing/,
    ],
    [
      'it writes no model',
      'noModel',
      'TrainerWroteNoModel',
      /did not write model\.onnx and model\.json to LAUREL_OUTPUT_DIR/,
    ],
    [
      'it writes something that is no model',
      'noOnnx',
      'ModelUnsafe',
      /The model file is refused: it is not a whole ONNX file/,
    ],
    [
      'it writes NaN into model.json',
      'nanInDescription',
      'TrainerWroteNoModel',
      /model\.json is not JSON; NaN and Infinity are not allowed in it/,
    ],
    ['its model answers NaN', 'nanAnswers', 'ModelOutputInvalid', /NaN/],
    [
      'its model does not say what the trainer said',
      'otherPredictions',
      'ModelParity',
      /the ONNX graph differs from the framework's own predictions by 0\.\d+ on 60 validation rows/,
    ],
    [
      'its predictions are fewer than the rows',
      'fewPredictions',
      'ModelParity',
      /validation_predictions\.parquet has 10 rows where 60 were to be predicted; write one row per validation row/,
    ],
  ];
  test.each(cases)(
    '%s',
    async (_, fault, code, sentence) => {
      await apply({ fault });
      const ended = await stack.laurel(['train', name, '--wait']);
      expect(complaint(ended)).toMatch(sentence);
      expect(await newestRun()).toMatchObject({
        status: expect.stringMatching(/^(rejected|failed)$/),
        code,
        version: null,
      });
      await expectUntouched();
    },
    60_000,
  );

  test('there is no Python', async () => {
    await apply({ fault: 'none', command: '[python, train.py]' });
    const ended = await stack.laurel(['train', name, '--wait']);
    expect(complaint(ended)).toMatch(/the configured Python .* cannot be run; run laurel doctor/);
    expect(await newestRun()).toMatchObject({ status: 'failed', code: 'PythonMissing', version: null });
    await expectUntouched();
  }, 60_000);

  test('mended, it trains again', async () => {
    await apply({ fault: 'none' });
    const { code, out } = await stack.laurel(['train', name, '--wait']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('version 1 of people is champion') });
    await expectUntouched();
  }, 60_000);
});

describe('the machine', () => {
  test('a second laurel up is refused and names the first', async () => {
    const ended = await stack.laurel(['up', '--detach']);
    expect(ended.code).toBe(4);
    expect(complaint(ended)).toMatch(
      /^process \d+ has run the stack of .* since .*; use it, stop it with laurel down, or set LAUREL_HOME elsewhere\.$/,
    );
    expect((await status()).processes.every(({ state }) => state === 'healthy')).toBe(true);
  }, 30_000);

  test('a taken port is named with who holds it and the variable that moves it', async () => {
    const { ports } = await status();
    const taken: readonly (readonly [string, number | undefined])[] = [
      ['LAUREL_API_PORT', ports['api']],
      ['LAUREL_SERVING_PORT', ports['serving']],
      ['LAUREL_SERVING_GRPC_PORT', ports['servingGrpc']],
      ['LAUREL_TEMPORAL_PORT', ports['temporal']],
      ['LAUREL_TEMPORAL_UI_PORT', ports['temporalUi']],
      ['LAUREL_POSTGRES_PORT', ports['postgres']],
    ];
    const env = Object.fromEntries(taken.map(([variable, port]) => [variable, String(port)]));
    const other = join(stack.folder, 'other');
    const ended = await stack.laurel(['--home', other, 'up', '--detach'], { env });
    const said = complaint(ended);
    for (const [variable, port] of taken)
      expect(said).toMatch(
        new RegExp(`port ${port} \\(\\w+\\) is held by .* \\(process \\d+\\); stop it or set ${variable}`),
      );
  }, 30_000);

  test('a killed serving process is started again while the endpoint goes on to answer', async () => {
    const before = (await status()).processes.find((process) => process.name === 'serving-1');
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await expectUntouched();
    await eventually(
      async () => {
        const now = (await status()).processes.find((process) => process.name === 'serving-1');
        return now?.state === 'healthy' && now.restarts === 1 && now.pid !== before?.pid;
      },
      'serving-1 is healthy again',
      30_000,
    );
    await expectUntouched();
  }, 60_000);

  (smallDisk ? test : test.skip)(
    smallDisk
      ? 'a full disk holds a training up, says so, and nothing is half-registered'
      : 'a full disk (skipped: this process may not mount one)',
    async () => {
      const ballast = join(objects, 'ballast');
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M']);
      writeFileSync(csv, `${hollow}33,,x,No\n`);
      const ended = stack.laurel(['train', name, '--no-roll-out', '--wait']);
      try {
        await eventually(
          async () => (await newestRun())?.code === 'StorageFull',
          'the run says that the disk is full',
          30_000,
        );
        expect(await newestRun()).toMatchObject({ status: 'running', version: null });
        await expectUntouched();
      } finally {
        rmSync(ballast);
      }
      const { code, err } = await ended;
      expect(code).toBe(0);
      expect(err).toMatch(/snapshot waits: .* full.*; free space/);
      expect(await newestRun()).toMatchObject({ status: 'registered', code: null, version: 2 });
      expect((await versions()).map(({ aliases }) => aliases)).toEqual([[], ['champion']]);
    },
    120_000,
  );
});

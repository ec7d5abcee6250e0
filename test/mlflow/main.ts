// Puts unmodified clients of MLflow through their cases, on Laurel and on a real MLflow server:
// node build/test/mlflow/main.js [pytest arguments …]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, findToolchain } from '@laurel/dev';
import { startPostgres } from '../chaos/serving/postgres.js';
import { inWorkshop, runProgram } from '../support/program.js';
import { openPythonEnvironment, type PythonEnvironment } from '../support/python-environments.js';
import { startGates } from './gates.js';
import { startLaurel, startMlflow, type TrackingServer } from './servers.js';

const home = join(checkout, 'test', 'mlflow');
const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const environmentOf = (name: string) =>
  openPythonEnvironment({
    requirements: join(home, 'requirements', `${name}.txt`),
    python: findToolchain().python,
    say,
  });

/** Runs the cases with one client; the plug-in of `conftest.py` writes the count. */
async function runCases(
  { environment, cases }: { readonly environment: PythonEnvironment; readonly cases: readonly string[] },
  {
    laurel,
    mlflow,
    folder,
  }: { readonly laurel: TrackingServer; readonly mlflow: TrackingServer; readonly folder: string },
): Promise<Count> {
  const counts = join(folder, 'counts.json');
  const command = ['-m', 'pytest', '-q', '--tb=short', '-p', 'no:cacheprovider', '--rootdir', home, ...cases];
  const child = spawn(environment.python, command, {
    cwd: join(home, 'cases'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: `${join(environment.folder, 'bin')}:${process.env['PATH']}`,
      HOME: folder,
      LAUREL_CASES_COUNT: counts,
      LAUREL_CASES_LAUREL: laurel.url,
      LAUREL_CASES_MLFLOW: mlflow.url,
      MLFLOW_TRACKING_TOKEN: laurel.token,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
      GIT_PYTHON_REFRESH: 'quiet',
    },
  });
  await once(child, 'exit');
  return JSON.parse(await readFile(counts, 'utf8')) as Count;
}

async function main(more: readonly string[]): Promise<number> {
  const [full, skinny] = [await environmentOf('mlflow-full'), await environmentOf('mlflow-skinny')];
  say(`mlflow ${full.versions['mlflow']}, mlflow-skinny ${skinny.versions['mlflow-skinny']}`);
  return inWorkshop('mlflow', async (folder) => {
    await using postgres = await startPostgres(folder);
    await using database = await postgres.createDatabase();
    const laurelHome = join(folder, 'laurel');
    await using gates = await startGates(laurelHome, { databaseUrl: database.url });
    const { temporalAddress } = gates;
    const laurel = await startLaurel(laurelHome, { databaseUrl: database.url, temporalAddress });
    const store = `sqlite:///${join(folder, 'mlflow.db')}`;
    const mlflow = await startMlflow(join(folder, 'mlflow'), { environment: full, store });
    try {
      const servers = { laurel, mlflow, folder };
      const runs = [
        await runCases({ environment: full, cases: more.length > 0 ? more : ['.'] }, servers),
        ...(more.length > 0 ? [] : [await runCases({ environment: skinny, cases: ['test_tracking.py'] }, servers)]),
      ];
      const sum = (key: keyof Count) => runs.reduce((total, count) => total + count[key], 0);
      const skipped = sum('skipped') === 0 ? '' : `, ${sum('skipped')} skipped`;
      say(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
      return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
    } finally {
      await Promise.all([laurel.stop(), mlflow.stop()]);
    }
  });
}

await runProgram('test:mlflow', main);

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import { parseProject } from '@laurel/contracts/schemas';
import { type RunningStack, status, up } from '@laurel/dev';
import type { ModelProject } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { ApiClient } from '../client/api-client.js';
import { type DemoOptions, parseOptions } from './options.js';
import { perform } from './perform.js';
import { reportPage } from './report/page.js';
import type { DemoReport } from './report/report.js';
import { summaryTable } from './report/summary.js';
import { readHeldOut } from './traffic/held-out.js';

const example = fileURLToPath(new URL('../../../../examples/churn/', import.meta.url));

/** Runs the demo: a whole life of a model on shipped data. Returns the exit code. */
export async function runDemo(args: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const options = parseOptions(args, process.stdout.isTTY);
    const folder = join(process.cwd(), '.laurel', 'demo');
    const stack = await startFresh(join(folder, 'home'), options, say);
    const interrupted = onInterrupt();
    try {
      const report = await Promise.race([play(stack, options, say), interrupted.error]);
      await keep(folder, report);
      say(summaryTable(report));
      say(`\nReport: ${join(folder, 'report.json')} and ${join(folder, 'report.html')}`);
      if (options.keep) {
        for (const [name, url] of Object.entries(report.urls)) say(`${name.padEnd(12)} ${url}`);
        say('\nEverything stays up so that the links work. Ctrl-C stops it.');
        await Promise.race([interrupted.asked, stack.stopped]);
      }
      return isGood(report) ? 0 : 1;
    } finally {
      interrupted.release();
      await stack.stop();
    }
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** Its own state, made anew each time, and its own ports. */
async function startFresh(home: string, options: DemoOptions, say: (line: string) => void): Promise<RunningStack> {
  const before = await status({ home });
  if (before.state !== 'down') {
    throw new LaurelError(
      'AlreadyRunning',
      `a demo already runs (process ${before.supervisor?.pid ?? 'unknown'}); stop it with Ctrl-C there, then start this one.`,
    );
  }
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  say('Starting Postgres, Temporal, the API, a worker and two serving processes');
  return up({
    home,
    ports: options.ports,
    servingProcesses: 2,
    onProgress: ({ process, state, message }) => {
      if (state === 'healthy' || state === 'failed') say(`  ${process.padEnd(12)} ${message}`);
    },
  });
}

async function play(stack: RunningStack, options: DemoOptions, say: (line: string) => void): Promise<DemoReport> {
  const key = (await readFile(join(stack.home, 'admin.key'), 'utf8')).trim();
  const api = new ApiClient({ url: stack.urls.api, key });
  const project = await readProject();
  const heldOut = await readHeldOut(createTableEngine({}), project, join(example, project.spec.data.source.uri));
  say(
    `${heldOut.length} rows are held out of training; they and customers like them are the traffic, ${options.perSecond} requests per second`,
  );
  return perform({ api, stack, project, folder: example, heldOut, perSecond: options.perSecond, say });
}

async function readProject(): Promise<ModelProject> {
  const file = join(example, 'laurel.yaml');
  const parsed = parseProject(await readFile(file, 'utf8'), { file });
  if (parsed.ok) return parsed.project;
  throw new LaurelError('InvalidProject', parsed.problems.map(({ message }) => message).join('\n'));
}

async function keep(folder: string, report: DemoReport): Promise<void> {
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, 'report.html'), reportPage(report));
}

/** The demo shows what it says only if nothing failed and no invariant broke. */
function isGood({ requests, invariants, promotions, rollbacks }: DemoReport): boolean {
  const broken = Object.values(invariants).some(({ violations, checked }) => violations > 0 || checked === 0);
  return requests.failed === 0 && !broken && promotions.length === 2 && rollbacks.length === 1;
}

function onInterrupt() {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const error = asked.then((): never => {
    throw new LaurelError('Conflict', 'The demo was interrupted before its end; everything is stopped.');
  });
  error.catch(() => undefined);
  return {
    asked,
    error,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@laurel/dev';
import type { CheckResult } from '@laurel/domain';

const laurel = join(checkout, 'apps', 'cli', 'bin', 'laurel.mjs');

/** A copy of the churn example that a test may spoil. */
export interface CiProject extends AsyncDisposable {
  readonly folder: string;
  /** Replaces text of a file, which must be there. */
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  /** Changes the rows of the data, each an array of its cells as text. */
  spoil(change: (rows: CiRow[]) => readonly CiRow[]): Promise<void>;
  /** Runs `laurel ci` on it. */
  ci(args: readonly string[], env?: { readonly [name: string]: string }): Promise<CiRun>;
}

export type CiRow = { [column: string]: string };

export interface CiRun {
  readonly code: number | null;
  readonly err: string;
  readonly results: readonly CheckResult[];
  /** The sentences of the checks that failed. */
  readonly failures: readonly string[];
}

export async function copyOfChurn(): Promise<CiProject> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-ci-test-'));
  await cp(join(checkout, 'examples', 'churn'), folder, { recursive: true });
  const change = async (file: string, by: (text: string) => string) => {
    const before = await readFile(join(folder, file), 'utf8');
    const after = by(before);
    if (after === before) throw new Error(`nothing of ${file} was changed`);
    await writeFile(join(folder, file), after);
  };
  return {
    folder,
    edit: (file, from, to) => change(file, (text) => text.replace(from, to)),
    spoil: (by) => change(join('data', 'telco_churn.csv'), (text) => csvOf(by(rowsOf(text)))),
    ci: (args, env = {}) => runCi(folder, args, env),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function rowsOf(text: string): CiRow[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])));
}

function csvOf(rows: readonly CiRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  return `${[names, ...rows.map((row) => names.map((name) => row[name] ?? ''))].map((cells) => cells.join(',')).join('\n')}\n`;
}

function runCi(folder: string, args: readonly string[], env: { readonly [name: string]: string }): Promise<CiRun> {
  const { GITHUB_STEP_SUMMARY: _, ...inherited } = process.env;
  return new Promise((resolve) => {
    const command = [laurel, 'ci', folder, ...args, '-o', 'json'];
    const options = { cwd: folder, env: { ...inherited, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, command, options, (_error, out, err) => {
      const results = out === '' ? [] : (JSON.parse(out) as { readonly results: readonly CheckResult[] }).results;
      const failures = results.flatMap(({ suite, state, message }) =>
        state === 'failed' ? [`${suite}: ${message}`] : [],
      );
      resolve({ code: child.exitCode, err, results, failures });
    });
  });
}

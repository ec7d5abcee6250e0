import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, freePorts, portVariables } from '@laurel/dev';

const laurel = join(checkout, 'apps', 'cli', 'bin', 'laurel.mjs');

/** How one command ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** The command is killed after this; a minute by default. */
  readonly milliseconds?: number;
}

/** A folder of projects with a stack of its own, driven as a person would: through the command. */
export interface Installation {
  /** Where commands run and projects are made. */
  readonly folder: string;
  readonly home: string;
  /** Runs `laurel …` to its end, whatever its exit code. */
  laurel(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Runs `laurel … -o json`, which must succeed, and reads its answer. */
  json<Answer>(...args: readonly string[]): Promise<Answer>;
  /** Starts the stack on free ports, with further variables. */
  up(env?: { readonly [name: string]: string }): Promise<void>;
  /** Stops the stack and removes the folder. */
  remove(): Promise<void>;
}

/** Makes a folder that Postgres can reach as a user of its own. Nothing runs yet. */
export function createInstallation(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'laurel-e2e-'));
  chmodSync(folder, 0o711);
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o711 });
  const run = (args: readonly string[], options: RunOptions = {}) => execute(args, { home, folder, ...options });
  return {
    folder,
    home,
    laurel: run,
    json: async <Answer>(...args: readonly string[]) =>
      JSON.parse((await demand(run, [...args, '-o', 'json'])).out) as Answer,
    up: async (env = {}) => {
      await demand(run, ['up', '--detach'], { env: { ...env, ...(await freePortVariables()) }, milliseconds: 120_000 });
    },
    remove: async () => {
      await demand(run, ['down'], { milliseconds: 90_000 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ports of one's own for `laurel up`: stacks that start at once in two tests would pick the same defaults. */
export async function freePortVariables(): Promise<{ readonly [name: string]: string }> {
  const ports = await freePorts();
  return Object.fromEntries(
    Object.entries(portVariables).map(([name, variable]) => [variable, String(ports[name as keyof typeof ports])]),
  );
}

/** Can this process mount a small file system? Where it cannot, a full disk cannot be had. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'laurel-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
}

type Run = (args: readonly string[], options?: RunOptions) => Promise<Ended>;

async function demand(run: Run, args: readonly string[], options?: RunOptions): Promise<Ended> {
  const ended = await run(args, options);
  if (ended.code !== 0) throw new Error(`laurel ${args.join(' ')} ended with ${ended.code}:\n${ended.err}`);
  return ended;
}

function execute(
  args: readonly string[],
  { home, folder, cwd = folder, env = {}, milliseconds = 60_000 }: RunOptions & { home: string; folder: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [laurel, ...args], {
      cwd,
      env: { ...outerVariables(), LAUREL_HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: milliseconds,
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** What set-up prepared counts; another installation's addresses and Jest's own options do not. */
function outerVariables(): NodeJS.ProcessEnv {
  const kept = ['LAUREL_TEMPORAL_BIN', 'LAUREL_PYTHON', 'LAUREL_SAMPLER_PYTHON'];
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name !== 'NODE_OPTIONS' && (!name.startsWith('LAUREL_') || kept.includes(name)),
    ),
  );
}

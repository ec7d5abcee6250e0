import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DatasetWorld } from '../support/dataset-world.js';
import type { PythonEnvironment } from '../support/python-environments.js';

const run = promisify(execFile);

/** A kind of remote, as `dvc` and `laurel` are told about it. */
export interface Remote {
  readonly name: string;
  /** URL of a fresh remote. */
  fresh(): Promise<string>;
  /** Address of a compatible of S3. */
  readonly endpoint?: string;
  /** Overwrites an object. */
  damage(url: string, key: string, bytes: Buffer): Promise<void>;
  /** Removes an object. */
  remove(url: string, key: string): Promise<void>;
}

/** What every case is given. */
export interface Ground {
  readonly world: DatasetWorld;
  readonly environment: PythonEnvironment;
  readonly remote: Remote;
}

/** A project of DVC with a remote of its own. */
export interface Project {
  readonly folder: string;
  readonly url: string;
  /** Runs the real `dvc`. Error: what it said. */
  dvc(...args: readonly string[]): Promise<string>;
  write(path: string, content: string | Buffer): Promise<void>;
  read(path: string): Promise<Buffer>;
  laurel: DatasetWorld['laurel'];
}

let projects = 0;

/** An empty project with a remote of its own; with `verify`, dvc too checks what it pulls. */
export async function openProject(
  { world, environment, remote }: Ground,
  { verify = false }: { readonly verify?: boolean } = {},
): Promise<Project> {
  projects += 1;
  const folder = join(world.folder, `project-${projects}`);
  await mkdir(folder, { recursive: true });
  const dvc = async (...args: readonly string[]) => {
    try {
      const { stdout, stderr } = await run(join(environment.folder, 'bin', 'dvc'), [...args], {
        cwd: folder,
        env: {
          ...process.env,
          DVC_NO_ANALYTICS: '1',
          PATH: `${join(environment.folder, 'bin')}:${process.env['PATH']}`,
        },
      });
      return stdout + stderr;
    } catch (error) {
      throw new Error(`dvc ${args.join(' ')} failed: ${(error as { stderr: string }).stderr.trim().slice(-600)}`, {
        cause: error,
      });
    }
  };
  const place = await remote.fresh();
  await mkdir(join(folder, '.dvc'));
  const endpoint = remote.endpoint === undefined ? '' : `    endpointurl = ${remote.endpoint}\n`;
  const config = `[core]\n    no_scm = True\n    remote = store\n['remote "store"']\n    url = ${place}\n${endpoint}${verify ? '    verify = true\n' : ''}`;
  await writeFile(join(folder, '.dvc', 'config'), config);
  return {
    folder,
    url: place,
    dvc,
    write: async (path, content) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    read: (path) => readFile(join(folder, path)),
    laurel: (args, cwd = folder) => world.laurel(args, cwd),
  };
}

/** Replaces a file of a cache or a folder. It stays read-only, by which DVC knows that nobody has touched it. */
export async function overwrite(path: string, bytes: Buffer): Promise<void> {
  await chmod(path, 0o644);
  await writeFile(path, bytes);
  await chmod(path, 0o444);
}

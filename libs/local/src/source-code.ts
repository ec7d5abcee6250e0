import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { CodeState, SourceCode } from '@laurel/ports';

const run = promisify(execFile);

/** Not code: data, state, caches and the project file, whose changes are tracked field by field. */
const leftOut = new Set(['data', 'node_modules', '__pycache__', 'laurel.yaml']);

/** Files above this size are data, whatever their name. */
const largestCode = 1024 * 1024;

/** Reads the state of a trainer's folder from the file system and from git, where there is git. */
export function createSourceCode(): SourceCode {
  return {
    describe: async (folder) => {
      const digest = await digestOf(folder);
      return { digest, ...(await gitState(folder)) };
    },
  };
}

async function digestOf(folder: string): Promise<Digest> {
  const hash = createHash('sha256');
  for (const path of await filesUnder(folder)) {
    hash.update(`${relative(folder, path)}\0`);
    hash.update(await readFile(path));
    hash.update('\0');
  }
  return `sha256:${hash.digest('hex')}`;
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new LaurelError(
      'NotFound',
      `folder ${folder} of the project cannot be read; apply the project file again from where it lies.`,
      { cause },
    );
  });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || leftOut.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesUnder(path)));
    else if (entry.isFile() && (await stat(path)).size <= largestCode) found.push(path);
  }
  return found;
}

async function gitState(folder: string): Promise<Omit<CodeState, 'digest'>> {
  try {
    const git = async (...args: string[]) => (await run('git', ['-C', folder, ...args])).stdout.trim();
    const commit = await git('rev-parse', 'HEAD');
    const branch = await git('rev-parse', '--abbrev-ref', 'HEAD');
    const dirty = (await git('status', '--porcelain', '--', '.')) !== '';
    return { commit, branch, dirty };
  } catch {
    // No git, or no repository: lineage then rests on the digest alone.
    return { commit: null, branch: null, dirty: false };
  }
}

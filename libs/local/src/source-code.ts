import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import type { Digest } from '@laurel/domain';
import type { CodeState, ObjectStore, SourceCode } from '@laurel/ports';
import { clearSource, keepSource, layOutSource } from './source-copies.js';
import { sourceFiles } from './source-files.js';

const run = promisify(execFile);
/** Bytes that git may say: a folder with very many changed files is dirty, not without git. */
const mostAnswer = 256 * 1024 * 1024;

export interface SourceCodeOptions {
  readonly objectStore: ObjectStore;
  /** Where kept sources are laid out, a folder a run. */
  readonly folder: string;
}

/** Reads the state of a trainer's folder from the file system and from git, where there is git, and keeps copies. */
export function createSourceCode({ objectStore, folder: copies }: SourceCodeOptions): SourceCode {
  return {
    describe: async (folder) => {
      const digest = await digestOf(folder);
      return { digest, ...(await gitState(folder)) };
    },
    keep: (folder) => keepSource(folder, objectStore),
    layOut: (kept, runId) => layOutSource(kept, { objectStore, copies, runId }),
    clear: (runId) => clearSource(copies, runId),
  };
}

async function digestOf(folder: string): Promise<Digest> {
  const hash = createHash('sha256');
  for (const path of await sourceFiles(folder)) {
    hash.update(`${relative(folder, path)}\0`);
    hash.update(await readFile(path));
    hash.update('\0');
  }
  return `sha256:${hash.digest('hex')}`;
}

async function gitState(folder: string): Promise<Omit<CodeState, 'digest'>> {
  try {
    const git = async (...args: string[]) =>
      (await run('git', ['-C', folder, ...args], { maxBuffer: mostAnswer })).stdout.trim();
    const commit = await git('rev-parse', 'HEAD');
    const branch = await git('rev-parse', '--abbrev-ref', 'HEAD');
    const dirty = (await git('status', '--porcelain', '--', '.')) !== '';
    return { commit, branch, dirty };
  } catch {
    // No git, or no repository: lineage then rests on the digest alone.
    return { commit: null, branch: null, dirty: false };
  }
}

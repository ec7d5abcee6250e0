import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ErrorCode, LaurelError } from '@laurel/contracts';
import type { Digest, VersionRef } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import type { ModelFile } from './config.js';
import { type Example, exampleFor } from './example.js';

/** How a file becomes a model. */
export interface GraphLoader {
  /** Loads the bytes where they can do no harm. Errors: `ModelUnsafe`. */
  probe(bytes: Uint8Array): Promise<void>;
  /** Errors: `ModelUnsafe`. */
  load(bytes: Uint8Array): Promise<RunnableModel>;
}

/** A model file in memory. */
export interface LoadedFile extends ModelFile {
  readonly version: VersionRef;
  readonly model: RunnableModel;
  readonly example: Example;
}

/** Reads, probes and loads a file as version `number`. Errors: `NotFound`, `InvalidInput`, `ModelUnsafe`; each names the file. */
export async function loadFile(file: ModelFile, number: number, loader: GraphLoader): Promise<LoadedFile> {
  const bytes = await bytesOf(file.path);
  try {
    await loader.probe(bytes);
    const model = await loader.load(bytes);
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const version: VersionRef = { version: number, semver: `1.0.${number - 1}`, digest };
    return { ...file, version, model, example: await exampleFor(model) };
  } catch (error) {
    if (!(error instanceof LaurelError)) throw error;
    throw new LaurelError(error.code, `${file.path}: ${error.message}`, { cause: error });
  }
}

const unreadable: { readonly [code: string]: readonly [code: ErrorCode, what: string] } = {
  ENOENT: ['NotFound', 'There is no file PATH; check the path'],
  EISDIR: ['InvalidInput', 'PATH is a folder; name the .onnx file in it'],
  EACCES: ['InvalidInput', 'PATH may not be read by this user; change its permissions'],
  ERR_FS_FILE_TOO_LARGE: ['ModelUnsafe', 'PATH is larger than 2 GiB, where ONNX files end'],
};

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const [code, what] = unreadable[(error as NodeJS.ErrnoException).code ?? ''] ?? [
      'InvalidInput',
      'PATH cannot be read',
    ];
    throw new LaurelError(code, `${what.replace('PATH', () => path)}.`, { cause: error });
  }
}

import { LaurelError } from '@laurel/contracts';
import { parse, stringify } from 'yaml';
import { isMd5, type Md5 } from './md5.js';
import { pathInside } from './paths.js';

/** One output that DVC tracks: a file, or a directory as one. */
export interface TrackedOutput {
  /** Relative to the folder of the file that names it. */
  readonly path: string;
  /** Of the file, or of the listing of the directory. */
  readonly md5: Md5;
  readonly directory: boolean;
  /** Total bytes, where the file says so. */
  readonly size?: number;
  /** Files of a directory, where the file says so. */
  readonly nfiles?: number;
  /** Remote that holds it, where that is not the default one. */
  readonly remote?: string;
}

/** The text of `<path>.dvc`, as `dvc add` writes it. `path` is the name beside the pointer. */
export function pointerText(output: Omit<TrackedOutput, 'remote'>): string {
  return stringify(
    { outs: [outputFields(output)] },
    { indentSeq: false, lineWidth: 0, singleQuote: true, compat: 'yaml-1.1' },
  );
}

/** Fields of an output in the order in which DVC writes a pointer. */
function outputFields({ path, md5, directory, size, nfiles }: Omit<TrackedOutput, 'remote'>) {
  return {
    md5: directory ? `${md5}.dir` : md5,
    ...(size === undefined ? {} : { size }),
    ...(nfiles === undefined ? {} : { nfiles }),
    hash: 'md5',
    path,
  };
}

/**
 * Reads the text of a `.dvc` file, named `place` in messages. Errors: `DataUnreadable` for what is none, a pointer of
 * DVC 2 (without `hash: md5`), one of another hash or of a version-aware remote, and a path out of its folder.
 */
export function parsePointer(text: string, place: string): TrackedOutput {
  const { outs, wdir } = yamlOf(text, place) as { readonly outs?: unknown; readonly wdir?: unknown };
  if (!Array.isArray(outs) || outs.length !== 1) {
    throw refused(place, `it names ${Array.isArray(outs) ? outs.length : 'no'} outputs; a .dvc file names one`);
  }
  const output = outputOf(outs[0], place);
  if (wdir === undefined || wdir === '.') return output;
  if (typeof wdir !== 'string') throw refused(place, 'its wdir is no path');
  return { ...output, path: `${pathInside(wdir, place)}/${output.path}` };
}

/** Reads an output of a `.dvc` file or of `dvc.lock`. */
export function outputOf(item: unknown, place: string): TrackedOutput {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
  const { path, md5, hash, size, nfiles, remote } = fields;
  if (typeof path !== 'string') throw refused(place, 'its output has no path; run dvc add again');
  if (hash === undefined && md5 !== undefined) {
    throw refused(
      place,
      `${JSON.stringify(path)} has no "hash: md5", so it is of DVC 2, whose hashes are of altered bytes; run dvc cache migrate --dvc-files, then dvc push`,
    );
  }
  if (hash !== undefined && hash !== 'md5')
    throw refused(place, `its hash is ${JSON.stringify(hash)}; only md5 is read`);
  const directory = typeof md5 === 'string' && md5.endsWith('.dir');
  const digest = directory ? md5.slice(0, -'.dir'.length) : md5;
  if (!isMd5(digest)) {
    throw refused(
      place,
      `the md5 of ${JSON.stringify(path)} is not 32 hex digits; commit it with dvc add and dvc push`,
    );
  }
  return {
    path: pathInside(path, place),
    md5: digest,
    directory,
    ...(typeof size === 'number' ? { size } : {}),
    ...(typeof nfiles === 'number' ? { nfiles } : {}),
    ...(typeof remote === 'string' ? { remote } : {}),
  };
}

/** The mapping that a YAML file of DVC holds. Errors: `DataUnreadable`. */
export function yamlOf(text: string, place: string): object {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    const [first = 'not YAML'] = String(error instanceof Error ? error.message : error).split('\n', 1);
    throw refused(place, `this is not valid YAML: ${first.replace(/[.:]$/, '')}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw refused(place, 'this is no file of DVC');
}

function refused(place: string, what: string): LaurelError {
  return new LaurelError('DataUnreadable', `${place}: ${what}.`);
}

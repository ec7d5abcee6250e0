/** A parameter of an entry point, as an MLproject file declares it. */
export interface EntryParameter {
  readonly name: string;
  /** `float`, `path` and `uri` are checked; every other type is text. */
  readonly type: string;
  /** As it is written in the file; `null` where a value must be given. */
  readonly default: string | null;
}

/** A command with its parameters. */
export interface EntryPoint {
  readonly name: string;
  readonly parameters: readonly EntryParameter[];
  /** For bash, with `{parameter}` where a value goes, as Python's `str.format` reads it. */
  readonly command: string;
}

/** The file in which a project names its environment, relative to the project's folder. */
export interface EnvironmentFile {
  readonly kind: 'python' | 'conda';
  readonly path: string;
}

/** A folder that MLflow runs: https://mlflow.org/docs/latest/ml/projects/. */
export interface Mlproject {
  readonly name: string | null;
  readonly entryPoints: readonly EntryPoint[];
  /** `null` where the file names none; one with its usual name may still lie in the folder. */
  readonly environmentFile: EnvironmentFile | null;
}

/** The usual names of environment files, in the order in which MLflow looks for them. */
export const usualEnvironmentFiles: readonly EnvironmentFile[] = [
  { kind: 'python', path: 'python_env.yaml' },
  { kind: 'conda', path: 'conda.yaml' },
];

/** Something that was read, or one sentence about what is wrong with it and what to do. */
export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

export function read<Value>(value: Value): Read<Value> {
  return { ok: true, value };
}

export function refused(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

import { nextSemver, type Versioned } from './semver.js';

/** A column of a model that was logged with MLflow; its type is MLflow's word for it. */
export interface RegisteredColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

export interface RegisteredInterface {
  readonly inputs: readonly RegisteredColumn[];
  readonly outputs: readonly RegisteredColumn[];
}

/**
 * SemVer of the next version of a model that clients register, by the rules of `nextSemver`: the type of a column counts as
 * part of its name, and the flavor as the algorithm.
 */
export function nextRegisteredSemver(
  previous: (RegisteredInterface & { readonly semver: string; readonly flavor: string }) | undefined,
  next: RegisteredInterface & { readonly flavor: string },
): string {
  return nextSemver(previous && { ...versioned(previous), semver: previous.semver }, versioned(next));
}

function versioned({ inputs, outputs, flavor }: RegisteredInterface & { readonly flavor: string }): Versioned {
  const named = ({ name, type }: RegisteredColumn) => `${name}: ${type}`;
  return {
    algorithm: flavor,
    signature: {
      task: 'regression',
      classes: [],
      inputs: inputs.map((column) => ({ name: named(column), dtype: 'BYTES', shape: [], optional: !column.required })),
      outputs: outputs.map((column) => ({ name: named(column), dtype: 'BYTES', shape: [], role: 'value' })),
    },
  };
}

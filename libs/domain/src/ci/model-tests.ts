import type { Cell } from '../data/row.js';
import type { ColumnKind } from '../data/table.js';
import type { Duration } from '../duration.js';
import type { Percent } from '../ids.js';

/** What `tests.yaml` beside a project file declares, every default filled in. */
export interface ModelTests {
  readonly apiVersion: 'laurel/v1';
  readonly kind: 'ModelTests';
  /** Parameters over those of the project file, for `laurel ci --quick`. */
  readonly quick: { readonly [name: string]: string | number | boolean };
  readonly data: DataTests;
  readonly features: FeatureTests;
  readonly model: readonly ModelTest[];
  readonly deployment: DeploymentTests;
}

export interface DataTests {
  /** Columns that the model was written for, and what they hold; others may be there too. */
  readonly columns: { readonly [column: string]: ColumnKind };
  /** Largest share of what is to be learned (0 to 1) that one feature alone may know; columns in `allow` may know more. */
  readonly leaks: { readonly max: number; readonly allow: readonly string[] };
  /** Largest share of a part's rows that may equal a row of another part, percent. */
  readonly duplicates: { readonly max: Percent };
}

export interface FeatureTests {
  /** Declared columns that the model leaves out on purpose. */
  readonly unused: readonly string[];
}

/** `max`: share of the rows that may break the expectation, percent. */
export type ModelTest =
  | { readonly name: string; readonly shape: { readonly rows: readonly number[] } }
  | {
      readonly name: string;
      readonly invariance: { readonly column: string; readonly values: readonly Cell[]; readonly max: Percent };
    }
  | { readonly name: string; readonly direction: Direction }
  | { readonly name: string; readonly quality: Quality }
  | { readonly name: string; readonly gradientFlow: GradientFlow };

export interface Direction {
  readonly column: string;
  /** Added to a number. */
  readonly add?: number;
  /** Put in place of whatever is there. */
  readonly set?: Cell;
  readonly expect: 'notHigher' | 'notLower';
  /** Class whose probability is meant; `null`: the positive one. Without meaning for a regression. */
  readonly of: string | null;
  /** Change of the probability or value that does not count. */
  readonly tolerance: number;
  readonly max: Percent;
}

export interface Quality {
  readonly metric: string;
  readonly min?: number;
  readonly max?: number;
  /** Rows whose column has this value; all rows without it. */
  readonly slice?: { readonly column: string; readonly value: Cell };
  /** Fewer rows say nothing, which is a failure. */
  readonly rows: { readonly min: number };
}

/** Every parameter of a torch network moves within the first steps, but those whose names begin as in `frozen`. */
export interface GradientFlow {
  readonly steps: number;
  readonly frozen: readonly string[];
}

export interface DeploymentTests {
  /** Rows asked over HTTP. */
  readonly rows: number;
  /** Longest median time of a request with one row; `null`: the project's `serving.sla.latency`. */
  readonly latency: Duration | null;
}

import type { ChoiceSpec, ParameterValue, RangeSpec, SweepSpec, TrainerParameters } from './sweep-spec.js';

/** One searched parameter. Of numbers, both ends are included; `step` is `null` for every number. */
export type Dimension =
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly ParameterValue[] }
  | {
      readonly name: string;
      readonly kind: 'integer' | 'float';
      readonly min: number;
      readonly max: number;
      readonly log: boolean;
      readonly step: number | null;
    };

/** The searched parameters in the order of their names, with what is whole and what is not decided. */
export function dimensionsOf(space: SweepSpec['space'], declared: TrainerParameters): readonly Dimension[] {
  return Object.keys(space)
    .toSorted()
    .flatMap((name) => {
      const spec = space[name];
      return spec === undefined ? [] : [dimensionOf(name, spec, declared[name])];
    });
}

function dimensionOf(name: string, spec: RangeSpec | ChoiceSpec, declared: ParameterValue | undefined): Dimension {
  if ('values' in spec) return { name, kind: 'choice', values: spec.values };
  const { min, max, log, step } = spec;
  const kind = (spec.integer ?? isWhole(spec, declared)) ? 'integer' : 'float';
  return { name, kind, min, max, log, step };
}

function isWhole({ min, max, step }: RangeSpec, declared: ParameterValue | undefined): boolean {
  return [declared, min, max, step ?? 1].every((value) => Number.isInteger(value));
}

/** Values a grid takes of a dimension; `null` when they are without number. */
export function gridValues(dimension: Dimension): readonly ParameterValue[] | null {
  if (dimension.kind === 'choice') return dimension.values;
  const { kind, min, max, log } = dimension;
  const step = dimension.step ?? (kind === 'integer' && !log ? 1 : null);
  if (step === null) return null;
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => Number((min + index * step).toPrecision(12)));
}

/** Points of the whole grid; `null` when a dimension has values without number. */
export function gridSize(dimensions: readonly Dimension[]): number | null {
  return dimensions.reduce<number | null>((size, dimension) => {
    const values = gridValues(dimension);
    return size === null || values === null ? null : size * values.length;
  }, 1);
}

/** Whether each searched parameter is given and lies within its dimension. */
export function isWithin(dimensions: readonly Dimension[], parameters: TrainerParameters): boolean {
  return dimensions.every((dimension) => {
    const value = parameters[dimension.name];
    if (dimension.kind === 'choice') return value !== undefined && dimension.values.includes(value);
    if (typeof value !== 'number' || value < dimension.min || value > dimension.max) return false;
    return dimension.kind === 'float' || Number.isInteger(value);
  });
}

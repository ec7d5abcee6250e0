import {
  type ChoiceSpec,
  type Dimension,
  dimensionsOf,
  gridSize,
  gridValues,
  nearest,
  type ParameterValue,
  type ProjectSpec,
  type RangeSpec,
  type SweepSpec,
} from '@laurel/domain';
import { sweepGoalFindings } from './project-checks-sweep-goals.js';
import { type Finding, wrongValue } from './project-problem.js';

const root = ['spec', 'sweep'];
const space = [...root, 'space'];

/** What `spec.sweep` cannot mean. */
export function sweepFindings(spec: ProjectSpec): readonly Finding[] {
  const { sweep, training } = spec;
  if (sweep == null) return [];
  if (Object.keys(sweep.space).length === 0) {
    return [wrongValue(space, sweep.space, 'at least one parameter of spec.training.parameters')];
  }
  const findings = Object.entries(sweep.space).flatMap(([name, dimension]) =>
    parameterFindings(name, dimension, training.parameters),
  );
  if (findings.length > 0) return [...findings, ...sweepGoalFindings(spec, sweep)];
  const dimensions = dimensionsOf(sweep.space, training.parameters);
  return [...algorithmFindings(sweep, dimensions), ...sweepGoalFindings(spec, sweep)];
}

function parameterFindings(
  name: string,
  dimension: RangeSpec | ChoiceSpec,
  declared: ProjectSpec['training']['parameters'],
): readonly Finding[] {
  const value = declared[name];
  if (value === undefined) return [unknownParameter(name, Object.keys(declared))];
  const path = [...space, name];
  return 'values' in dimension ? choiceFindings(path, dimension, value) : rangeFindings(path, dimension, value);
}

function unknownParameter(name: string, known: readonly string[]): Finding {
  const near = nearest(name, known);
  const allowed = known.length === 0 ? 'nothing, for spec.training.parameters is empty' : known.join(', ');
  const hint = near === null ? `allowed: ${allowed}` : `did you mean "${near}"?`;
  const says = `spec.sweep.space names "${name}", which spec.training.parameters does not have; ${hint}`;
  return { path: [...space, name], found: `"${name}"`, allowed, says };
}

function choiceFindings(
  path: readonly PropertyKey[],
  { values }: ChoiceSpec,
  declared: ParameterValue,
): readonly Finding[] {
  const at = [...path, 'values'];
  const foreign = values.find((value) => typeof value !== typeof declared);
  if (foreign !== undefined) {
    return [wrongValue(at, foreign, `values like the declared one, which is ${JSON.stringify(declared)}`)];
  }
  return new Set(values).size === values.length ? [] : [wrongValue(at, values, 'values that differ')];
}

function rangeFindings(
  path: readonly PropertyKey[],
  { min, max, log, step, integer }: RangeSpec,
  declared: ParameterValue,
): readonly Finding[] {
  if (typeof declared !== 'number') {
    const allowed = `a mapping with values, for the declared one is ${JSON.stringify(declared)}`;
    return [wrongValue(path, { min, max }, allowed)];
  }
  if (min > max) return [wrongValue([...path, 'min'], min, `at most max, which is ${max}`)];
  if (log && min <= 0) return [wrongValue([...path, 'min'], min, 'more than 0, for log is true')];
  if (log && step !== null) return [wrongValue([...path, 'step'], step, 'null, for log is true')];
  if (step !== null && step > max - min) {
    return [wrongValue([...path, 'step'], step, `at most max minus min, which is ${max - min}`)];
  }
  if (integer === true && ![min, max, step ?? 1].every(Number.isInteger)) {
    return [wrongValue([...path, 'integer'], integer, 'false, for min, max or step is not whole')];
  }
  return [];
}

function algorithmFindings(sweep: SweepSpec, dimensions: readonly Dimension[]): readonly Finding[] {
  if (sweep.algorithm === 'grid') return gridFindings(sweep, dimensions);
  if (sweep.algorithm !== 'cmaes') return [];
  const choice = dimensions.find(({ kind }) => kind === 'choice');
  if (choice !== undefined) {
    return [wrongValue([...space, choice.name], {}, 'a mapping with min and max, for cmaes searches numbers only')];
  }
  const allowed = 'another one, for cmaes needs two parameters at least';
  return dimensions.length < 2 ? [wrongValue([...root, 'algorithm'], sweep.algorithm, allowed)] : [];
}

function gridFindings(sweep: SweepSpec, dimensions: readonly Dimension[]): readonly Finding[] {
  const endless = dimensions.find((dimension) => gridValues(dimension) === null);
  if (endless !== undefined) {
    return [
      wrongValue([...space, endless.name], {}, 'values, or a step that divides the range, for algorithm is grid'),
    ];
  }
  const size = gridSize(dimensions) ?? 0;
  const allowed = `at least ${size}, the points of the grid (or use random)`;
  return size > sweep.trials ? [wrongValue([...root, 'trials'], sweep.trials, allowed)] : [];
}

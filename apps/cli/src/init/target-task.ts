import { LaurelError } from '@laurel/contracts';
import { type Cell, nearest, type Task } from '@laurel/domain';
import type { Column } from './column-roles.js';

/** One class of the target and its rows, the most frequent first. */
export interface ClassCount {
  readonly value: string;
  readonly count: number;
}

/** What is to be predicted. */
export interface TargetDecision {
  readonly task: Task;
  readonly positive: string | null;
  /** Empty for a regression. */
  readonly classes: readonly ClassCount[];
  readonly sentence: string;
}

/** Whole numbers with more different values than this are amounts, not classes. */
const mostNumberClasses = 20;
/** More classes than this are refused. */
const mostClasses = 50;

const affirmative = new Set(['yes', 'true', '1', 'y', 't', 'positive']);

/** The column called `target`. Errors: `InvalidInput` naming the nearest column. */
export function targetColumn(columns: readonly Column[], target: string, file: string): Column {
  const found = columns.find(({ schema }) => schema.name === target);
  if (found !== undefined) return found;
  const names = columns.map(({ schema }) => schema.name);
  const near = nearest(target, names);
  const hint = near === null ? `it has ${names.join(', ')}.` : `did you mean "${near}"?`;
  throw new LaurelError('InvalidInput', `${file} has no column "${target}"; ${hint}`);
}

/** Counts the values of a target; missing ones are not counted. */
export function countClasses(values: readonly Cell[]): readonly ClassCount[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return Array.from(counts, ([value, count]) => ({ value, count })).sort(
    (a, b) => b.count - a.count || (a.value < b.value ? -1 : 1),
  );
}

/**
 * Decides the task from the target's values: fractions, or more than 20 different numbers, are a regression; two values
 * are binary; more are multiclass, up to 50. Errors: `DataAnomaly`.
 */
export function decideTask(column: Column, classes: readonly ClassCount[]): TargetDecision {
  const { name, storage } = column.schema;
  if (classes.length === 0) throw refused(`target "${name}" has no value in any row; choose another column`);
  if (classes.length === 1) {
    throw refused(`target "${name}" has only the value "${classes[0]?.value}"; there is nothing to tell apart`);
  }
  const fractions = storage === 'float' && classes.length > 2;
  if (fractions || (storage === 'integer' && classes.length > mostNumberClasses))
    return regression(column, classes.length);
  if (classes.length > mostClasses) {
    throw refused(
      `target "${name}" has ${classes.length} different texts; at most ${mostClasses} classes can be told apart`,
    );
  }
  return classes.length === 2 ? binary(name, classes) : multiclass(name, classes);
}

function regression({ schema, statistics }: Column, distinct: number): TargetDecision {
  const range = `from ${statistics.numeric?.min} to ${statistics.numeric?.max}`;
  const sentence = `${schema.name} holds numbers ${range} (${distinct} different ones): the task is regression.`;
  return { task: 'regression', positive: null, classes: [], sentence };
}

function binary(name: string, classes: readonly ClassCount[]): TargetDecision {
  const spoken = classes.find(({ value }) => affirmative.has(value.trim().toLowerCase()));
  const positive = (spoken ?? classes[1])?.value ?? '';
  const why = spoken === undefined ? 'the rarer one' : 'by its name';
  const sentence = `${name} has 2 values (${inWords(classes)}): the task is binary, and "${positive}" is the positive class (${why}).`;
  return { task: 'binary', positive, classes, sentence };
}

function multiclass(name: string, classes: readonly ClassCount[]): TargetDecision {
  const sentence = `${name} has ${classes.length} values (${inWords(classes)}): the task is multiclass.`;
  return { task: 'multiclass', positive: null, classes, sentence };
}

function inWords(classes: readonly ClassCount[]): string {
  const shown = classes.slice(0, 6).map(({ value, count }) => `${value} ${count}`);
  return `${shown.join(', ')}${classes.length > shown.length ? ', …' : ''}`;
}

function refused(message: string): LaurelError {
  return new LaurelError('DataAnomaly', `${message}.`);
}

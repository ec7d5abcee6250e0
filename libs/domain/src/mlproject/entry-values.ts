import { nearest } from '../text/nearest.js';
import { quoted } from '../text/quoted.js';
import { isLongerThan, trackingLimits } from '../tracking/limits.js';
import { trackingNameProblem } from '../tracking/names.js';
import { innerPath } from './inner-path.js';
import { type EntryParameter, type EntryPoint, type Read, read, refused } from './mlproject.js';

/** Parameters by name. */
export type ParameterValues = { readonly [name: string]: string };

/** What an entry point is run with. */
export interface EntryValues {
  /** Of the parameters that it declares, in their order. */
  readonly declared: ParameterValues;
  /** Of others, which MLflow passes on as `--name value`. */
  readonly extra: ParameterValues;
}

/** Values a client of MLflow could not log with a run would be lost. */
const mostParameters = trackingLimits.paramsPerBatch;
/** What can stand behind `--` in a command without meaning something to the shell. */
const optionName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const number = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(inf(inity)?|nan)$/i;
const uri = /^[a-z][a-z0-9+.-]*:\/\/?[^\s]/i;

/** The values of an entry point from those that were given and its defaults, each checked by its type. */
export function entryValues(entry: EntryPoint, given: ParameterValues): Read<EntryValues> {
  const names = entry.parameters.map(({ name }) => name);
  const missing = entry.parameters.filter((one) => !Object.hasOwn(given, one.name) && one.default === null);
  if (missing.length > 0) return refused(missingText(entry, missing, Object.keys(given)));
  const declared = entry.parameters.map((one) => [one, valueOf(one, given)] as const);
  const extra = Object.entries(given).filter(([name]) => !names.includes(name));
  const count = declared.length + extra.length;
  if (count > mostParameters) return refused(`${count} parameters are more than the ${mostParameters} a run can have.`);
  const problems = [
    ...declared.map(([one, value]) => nameProblem(one.name) ?? valueProblem(one, value)),
    ...extra.map(([name, value]) => extraProblem(name) ?? valueProblem({ name, type: 'string', default: null }, value)),
  ];
  const problem = problems.find((one) => one !== null);
  if (problem !== undefined) return refused(problem);
  return read({
    declared: Object.fromEntries(declared.map(([{ name }, value]) => [name, value])),
    extra: Object.fromEntries(extra),
  });
}

function valueOf({ name, default: usual }: EntryParameter, given: ParameterValues): string {
  return Object.hasOwn(given, name) ? (given[name] ?? '') : (usual ?? '');
}

function missingText({ name }: EntryPoint, missing: readonly EntryParameter[], given: readonly string[]): string {
  const [first] = missing;
  const close = first === undefined ? null : nearest(first.name, given);
  const list = missing.map((one) => one.name).join(', ');
  const next = close === null ? `give it with -P ${first?.name}=VALUE` : `is ${quoted(close)} meant for it?`;
  return `Entry point ${quoted(name)} needs a value for ${list}; ${next}${next.endsWith('?') ? '' : '.'}`;
}

function nameProblem(name: string): string | null {
  const problem = trackingNameProblem(name);
  return problem === null ? null : `The parameter ${quoted(name)} cannot be logged: ${problem.replace(/\.$/, '')}.`;
}

function extraProblem(name: string): string | null {
  if (optionName.test(name) && trackingNameProblem(name) === null) return null;
  return `The parameter ${quoted(name)} is not declared, and its name cannot be passed on as an option; declare it in MLproject.`;
}

function valueProblem({ name, type }: EntryParameter, value: string): string | null {
  if (value.includes('\0')) return `The value of ${quoted(name)} holds a NUL, which no command can be given.`;
  if (isLongerThan(value, trackingLimits.paramValue))
    return `The value of ${quoted(name)} is longer than ${trackingLimits.paramValue} characters; pass a file instead.`;
  const shown = `${quoted(name)} is ${quoted(value)}`;
  if (type === 'float' && !number.test(value)) return `${shown}, which is no number; its type is float.`;
  if (type === 'uri' && !uri.test(value))
    return `${shown}, which is no URI; write one with its scheme, as file:///folder.`;
  if (type === 'path' && innerPath(value) === null)
    return `${shown}, and its type is path: name one inside the project with /, or declare it as a uri and let the program fetch it.`;
  return null;
}

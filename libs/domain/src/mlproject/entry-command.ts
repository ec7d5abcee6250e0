import { quoted } from '../text/quoted.js';
import type { EntryValues } from './entry-values.js';
import { type EntryPoint, type Read, read, refused } from './mlproject.js';
import { shellQuoted } from './shell-quoted.js';

const longestCommand = 100_000;
/** An escaped brace, a field, or a brace that is neither. */
const part = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * The command of an entry point for bash: every field replaced by its value as one word, extra parameters behind it as
 * options; `mlflow/projects/_project_spec.py` of 3.18. Of Python's format language only plain fields are taken, because
 * attributes and indices have no meaning here.
 */
export function entryCommand({ name, command }: EntryPoint, { declared, extra }: EntryValues): Read<string> {
  let problem: string | null = null;
  const filled = command.replaceAll(part, (found, field: string | undefined) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    if (field !== undefined && Object.hasOwn(declared, field)) return shellQuoted(declared[field] ?? '');
    problem ??=
      field === undefined
        ? `The command of ${quoted(name)} has a lone ${found}; write ${found}${found} for the character itself.`
        : `The command of ${quoted(name)} uses ${quoted(found)}, which none of its parameters is; declare it, or write {{ and }} for braces.`;
    return found;
  });
  if (problem !== null) return refused(problem);
  const options = Object.entries(extra).map(([key, value]) => `--${key} ${shellQuoted(value)}`);
  const whole = [filled, ...options].join(' ');
  if (whole.trim() === '') return refused(`The command of ${quoted(name)} is empty; write what it runs.`);
  if (whole.includes('\0') || whole.length > longestCommand)
    return refused(`The command of ${quoted(name)} holds a NUL or is longer than ${longestCommand} characters.`);
  return read(whole);
}

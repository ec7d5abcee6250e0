import { InvalidArgumentError } from 'commander';

/** Whether `text` has the form of a run's id; a sweep is named by its run. */
export function isRunId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** Parser of an argument that names a run; `list` is the command that lists them. */
export function runIdArgument(list: string): (text: string) => string {
  return (text) => {
    if (isRunId(text)) return text;
    throw new InvalidArgumentError(`It must be 32 hex digits, as ${list} shows them.`);
  };
}

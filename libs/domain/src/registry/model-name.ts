import { bytesOf, hiddenCharacters, readingsOf } from './safe-text.js';

/** MLflow's database column. */
const longestName = 256;

/** What is wrong with the name of a registered model, as a clause; `undefined` when nothing is. */
export function modelNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (bytesOf(name) > longestName) return `it is longer than ${longestName} bytes`;
  const readings = readingsOf(name);
  if (readings === undefined) return 'it is encoded too often';
  for (const reading of readings) {
    if (hiddenCharacters.test(reading)) return 'it holds a control or invisible character';
    if (/[/:\\]/.test(reading)) return "names cannot contain '/', ':' or a backslash";
    if (/^\.+$/.test(reading.trim())) return 'it is made of dots';
  }
  return undefined;
}

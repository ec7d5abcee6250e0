import { nearest } from '../text/nearest.js';
import { quoted } from '../text/quoted.js';
import { innerPath } from './inner-path.js';
import { type EntryPoint, type Mlproject, type Read, read, refused } from './mlproject.js';
import { shellQuoted } from './shell-quoted.js';

/** Programs for scripts that are no declared entry point, by their ending. */
const programs: { readonly [ending: string]: string } = { py: 'python', sh: 'bash' };

/** The entry point of a name: a declared one, or else a script of the project. */
export function findEntry({ entryPoints }: Mlproject, name: string): Read<EntryPoint> {
  const declared = entryPoints.find((entry) => entry.name === name);
  if (declared !== undefined) return read(declared);
  const program = programs[/\.([a-z]+)$/i.exec(name)?.[1] ?? ''];
  if (program === undefined) return refused(unknownText(entryPoints, name));
  const script = innerPath(name);
  if (script === null) return refused(`The script ${quoted(name)} lies outside of the project; name one inside it.`);
  return read({ name, parameters: [], command: `${program} ${braced(shellQuoted(name))}` });
}

function unknownText(entryPoints: readonly EntryPoint[], name: string): string {
  const names = entryPoints.map((entry) => entry.name);
  const close = nearest(name.slice(0, 100), names);
  const known = names.length === 0 ? 'the project declares none' : `it has ${names.slice(0, 20).join(', ')}`;
  const what = `The project has no entry point ${quoted(name)}`;
  if (close !== null) return `${what}; did you mean ${quoted(close)}?`;
  return `${what}: ${known}, and only .py and .sh files can be run without being declared.`;
}

function braced(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}
